import type { Duplex } from 'node:stream';
import { chunksOf, write } from '@coring/talk';
import { idleError } from './idle-error.js';
import type { Service, ServiceLog } from './service.js';

export interface EchoOptions {
  /** A connection on which no byte moves for so many milliseconds is cut. */
  readonly idleMs: number;
  readonly log: ServiceLog;
}

const ECHO_IDLE_MS = 600_000;

/**
 * Sends back what comes, byte for byte, and closes its side when the other has: RFC 862. No faster than the other side reads, so one that
 * never does costs no more memory than the buffers of its connection. Each datagram is answered with itself, empty ones too.
 */
export function echo({ idleMs = ECHO_IDLE_MS, log }: Partial<EchoOptions> = {}): Service {
  return {
    stream: (connection, peer) => {
      // What goes wrong is seen where the connection is read.
      connection.on('error', () => undefined);
      void echoAll(connection, idleMs).then(
        (bytes) => log?.debug({ peer, bytes }, `echo: ${peer} had ${bytes} bytes sent back`),
        (error: Error) => {
          connection.destroy();
          log?.debug({ peer, err: error }, `echo: ${peer}: ${error.message}`);
        },
      );
    },
    datagram: (message, peer) => {
      log?.debug({ peer, bytes: message.length }, `echo: a datagram of ${message.length} bytes from ${peer}`);
      return message;
    },
  };
}

async function echoAll(connection: Duplex, idleMs: number): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunksOf(connection, idleMs, idleError)) {
    await write(connection, chunk, idleMs, idleError);
    bytes += chunk.length;
  }
  connection.end();
  return bytes;
}
