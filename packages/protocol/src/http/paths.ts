/** The public paths. */
export const paths = {
  files: '/files/',
  ring: '/ring',
  leave: '/ring/leave',
  forget: '/ring/forget',
  scrub: '/ring/scrub',
  census: '/ring/census',
  canStop: '/ring/can-stop',
  merges: '/ring/merges',
  copies: '/ring/copies',
  healthz: '/healthz',
  readyz: '/readyz',
  events: '/events',
  metrics: '/metrics',
  echo: '/echo',
  codes: '/codes',
  messages: '/messages',
  page: '/',
  pageFiles: '/page/',
} as const;

/** The path of a file: each segment percent-encoded, slashes kept. */
export function filePath(name: string): string {
  return paths.files + name.split('/').map(encodeURIComponent).join('/');
}
