/**
 * A client that puts one file in a process of its own, so that it can be killed like any other. Started with a URL, a size and a number that
 * the content follows from. Over IPC it is told up to which byte to send, in whole blocks; it says `sent` when the system has taken that much, and
 * at last what it was answered.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { BLOCK_BYTES, contentBlocks } from './content.js';

const [url, size, seed] = process.argv.slice(2) as [string, string, string];
const blocks = contentBlocks(Number(size), Number(seed));
const hash = createHash('sha256');
let sent = 0;

const outgoing = request(url, { method: 'PUT', headers: { 'content-length': size, 'coring-require': 'strong' } });
outgoing.once('error', (error) => answer({ answered: 0, body: error.message }));
outgoing.once('response', (response) => {
  const parts: Buffer[] = [];
  response.on('data', (part: Buffer) => parts.push(part));
  response.once('end', () => answer({ answered: response.statusCode!, body: Buffer.concat(parts).toString() }));
});
outgoing.flushHeaders();

process.on('message', (until: number) => void sendUpTo(until));

async function sendUpTo(until: number): Promise<void> {
  while (sent + BLOCK_BYTES <= until || (sent < until && until === Number(size))) {
    const { value: block } = blocks.next() as { value: Uint8Array };
    hash.update(block);
    sent += block.length;
    // The callback comes once the system has the bytes: all but what its buffers hold has then been read by the node.
    await new Promise<void>((resolve) => outgoing.write(block, () => resolve()));
  }
  if (sent === Number(size)) {
    outgoing.end();
    await once(outgoing, 'finish');
  }
  process.send!({ sent });
}

function answer(told: object): void {
  process.send!(told, () => process.exit(0));
}
