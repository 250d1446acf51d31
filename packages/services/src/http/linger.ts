import type { IncomingMessage, ServerResponse } from 'node:http';

/** For how long a body that nobody wants is still read and thrown away after the answer. */
const LINGER_MS = 2000;

/**
 * Bounds what comes after an answer that was given before the body was read: Node reads it to its end to keep the connection, however long that is.
 * Cutting at once instead would take the answer out of the hands of a client that is still sending.
 */
export function lingerAfter(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (request.complete || request.destroyed) return;
    const { socket } = request;
    const cut = setTimeout(() => socket.destroy(), LINGER_MS);
    const stop = (): void => {
      clearTimeout(cut);
      socket.removeListener('close', stop);
    };
    request.once('end', stop);
    socket.once('close', stop);
    request.resume();
  });
}
