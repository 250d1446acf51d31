import type { Middleware } from 'koa';
import helmet from 'koa-helmet';

/** The usual protective headers for our own pages. Plain HTTP is served, so nothing may be promised about TLS. */
export function ownPage(): Middleware {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: false,
  });
}
