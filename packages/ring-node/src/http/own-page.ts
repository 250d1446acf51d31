import type { Middleware } from 'koa';
import helmet from 'koa-helmet';

/** On everything that is ours and not a user's file: never a script, never a frame, never a guessed type. */
export const ownPageHeaders = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;

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
