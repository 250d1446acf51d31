import type { Server } from 'node:http';

/** How long begun requests may go on at a stop, in milliseconds. */
const DRAIN_MS = 3000;

/** Counts the requests under way on the server; `drain` waits for their end, at most a while, then cuts what is left. */
export function drainer(http: Server): { drain(): Promise<void> } {
  let underWay = 0;
  let onIdle: (() => void) | undefined;
  http.prependListener('request', (_request, response) => {
    underWay++;
    response.once('close', () => {
      if (--underWay === 0) onIdle?.();
    });
  });
  return {
    async drain() {
      http.closeIdleConnections();
      if (underWay > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, DRAIN_MS);
          onIdle = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      http.closeAllConnections();
    },
  };
}
