import type { Middleware } from 'koa';
import helmet from 'koa-helmet';
import type { NodeFace } from '../node/node-face.js';

/** The usual protective headers for all that is ours. Plain HTTP is served, so nothing may be promised about TLS. */
export function ownPage(): Middleware {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] } },
    // The same as frame-ancestors, for browsers that do not know that.
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: false,
    // Browsers heed these two only where a page came by TLS, and complain elsewhere.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}

/**
 * The Content-Security-Policy of the live page: it loads and runs only what comes from this node, and may ask the other nodes of the ring, as it is
 * when the page is loaded. Hosts with any port: nodes move between ports.
 */
export function pagePolicy(node: NodeFace): string {
  const present = node.isReady ? node.ring().nodes.filter(({ state }) => state !== 'left') : [];
  const hosts = new Set(present.map(({ address }) => address.slice(0, address.lastIndexOf(':'))));
  // The grammar of policies knows names and IPv4, no IPv6: https://www.w3.org/TR/CSP3/#grammardef-host-source
  const sources = [...hosts].filter((host) => /^[a-z0-9.-]+$/i.test(host)).map((host) => `http://${host}:*`);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...sources].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
