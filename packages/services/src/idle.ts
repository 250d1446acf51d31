import type { Duplex } from 'node:stream';

/** Calls `onIdle` once the connection has brought nothing, and taken nothing, for so many milliseconds. Ends with the connection. */
export function whenIdle(connection: Duplex, idleMs: number, onIdle: () => void): void {
  const timer = setTimeout(onIdle, idleMs);
  const refresh = (): void => void timer.refresh();
  connection.on('data', refresh).on('drain', refresh).once('close', () => clearTimeout(timer));
}
