import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createLinks } from '../../../packages/ring-node/dist/src/node/links/create-links.js';
import { noLog } from '../../../packages/ring-node/dist/src/node/log.js';
import { openPort } from '../../../packages/ring-node/dist/src/node/port.js';
import { Traffic } from '../../../packages/ring-node/dist/src/node/traffic.js';

const examples = new URL('../../../packages/protocol/test/examples/', import.meta.url);

/** One end of a node's own links, without the node: `onMessage(message)` gets what arrives, checked as always. */
export async function openEnd(onMessage) {
  const nodeId = randomBytes(16).toString('hex');
  const boot = randomBytes(6).toString('hex');
  const port = await openPort({ host: '127.0.0.1', ports: [0], httpServer: createServer(), onPeer: (socket) => links.accept(socket) });
  const links = createLinks({
    self: () => ({ nodeId, incarnation: 1, boot, address: port.address, features: [] }),
    onMessage,
    onUnsent: (id) => {
      throw new Error(`message ${id} was not sent`);
    },
    onRefused: (_, code) => {
      throw new Error(`the link was refused: ${code}`);
    },
    serve: async () => undefined,
    traffic: new Traffic(),
    log: noLog(),
  });
  const close = async () => {
    await links.close();
    await port.close();
  };
  return { nodeId, address: port.address, links, close };
}

/** A message as the protocol's examples have it, without what it carries only now and then, from that node. */
export function exampleOf(type, from, without = []) {
  const example = JSON.parse(readFileSync(new URL(`${type}.json`, examples), 'utf8'));
  for (const field of ['to', ...without]) delete example[field];
  return { ...example, from };
}
