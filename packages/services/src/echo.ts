import { whenIdle } from './idle.js';
import type { Service, ServiceLog } from './service.js';

export interface EchoOptions {
  /** A connection on which no byte moves for so many milliseconds is cut. */
  readonly idleMs: number;
  readonly log?: ServiceLog;
}

export const ECHO_IDLE_MS = 600_000;

/**
 * Sends back what comes, byte for byte, and closes its side when the other has: RFC 862. No faster than the other side reads, so one that
 * never does costs no more memory than the buffers of its connection. Each datagram is answered with itself, empty ones too.
 */
export function echo({ idleMs, log }: EchoOptions = { idleMs: ECHO_IDLE_MS }): Service {
  return {
    stream: (connection, peer) => {
      let bytes = 0;
      connection.on('data', (chunk: Buffer) => (bytes += chunk.length));
      connection.on('error', (error) => log?.debug({ err: error, peer }, `echo: ${peer}: ${error.message}`));
      connection.once('close', () => log?.debug({ peer, bytes }, `echo: ${peer} is gone after ${bytes} bytes`));
      whenIdle(connection, idleMs, () => connection.destroy());
      connection.pipe(connection);
    },
    datagram: (message, peer) => {
      log?.debug({ peer, bytes: message.length }, `echo: a datagram of ${message.length} bytes from ${peer}`);
      return message;
    },
  };
}
