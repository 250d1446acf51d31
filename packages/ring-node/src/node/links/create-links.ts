import type { Socket } from 'node:net';
import type { Hello } from '@coring/protocol';
import { BulkLinks } from './bulk-links.js';
import { BulkServer } from './bulk-serve.js';
import { ControlLinks } from './control-links.js';
import { linkLimits } from './limits.js';
import type { LinkError } from './link-error.js';
import type { LinkOptions, Links } from './links.js';
import { type Opened, Wire, type WireUser } from './wire.js';
import { helloOn, type WireContext } from './wire-context.js';

/** The links of a node: they begin with the first send, fetch or accepted socket. */
export function createLinks(options: LinkOptions): Links {
  const { self, secret, log, serve } = options;
  const limits = { ...linkLimits, ...options.limits };
  const context: WireContext = { self, secret, limits, log, traffic: options.traffic };
  const control = new ControlLinks(context, options);
  const bulk = new BulkLinks(context);
  const handshaking = new Set<Wire>();
  const served = new Set<Wire>();
  let closing: Promise<void> | undefined;

  function accept(socket: Socket): void {
    if (closing !== undefined || handshaking.size >= limits.handshakesMax) {
      socket.on('error', () => undefined).destroy();
      return;
    }
    context.traffic.add(socket);
    const hello = helloOn(socket, context, 'control');
    const wire = new Wire(socket, { role: 'acceptor', hello, secret, limits, onOpen, onFailed });
    handshaking.add(wire);
    socket.on('data', (chunk: Buffer) => wire.receive(chunk)).resume();
  }

  function onOpen(wire: Wire, opened: Opened): WireUser {
    handshaking.delete(wire);
    if (opened.peer.purpose === 'control') return control.take(wire, opened);
    served.add(wire);
    if (served.size > limits.bulkServedMax) setImmediate(() => wire.refuse('too-busy', 'too many bulk links'));
    return new BulkServer(wire, { serve, limits, log, onOver: () => served.delete(wire) });
  }

  /** Whoever is not let in is told why; here it is only a line for those who look for it, since anybody can cause as many as he likes. */
  function onFailed(wire: Wire, { code, message }: LinkError, peer: Hello | undefined): void {
    handshaking.delete(wire);
    log.debug({ from: wire.socket.remoteAddress, peer: peer?.nodeId, code }, `a link was not taken: ${message}`);
  }

  async function closeAll(): Promise<void> {
    control.close();
    bulk.close();
    for (const wire of served) wire.destroy();
    for (const wire of handshaking) wire.refuse('stopping', 'the node stops');
    const late = setTimeout(() => {
      for (const socket of context.traffic.sockets) socket.destroy();
    }, limits.lingerMs);
    await Promise.all([...context.traffic.sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    clearTimeout(late);
  }

  return {
    accept,
    send: (address, message, bytes) => control.send(address, message, bytes),
    fetch: (address, nodeId, what, signal) => bulk.fetch(address, nodeId, what, signal),
    follow: (address, nodeId, what, signal) => bulk.follow(address, nodeId, what, signal),
    close: () => (closing ??= closeAll()),
  };
}
