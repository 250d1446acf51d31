import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { chunkHeader } from '../../src/node/links/chunk.js';
import type { HelloFields } from '../../src/node/links/handshake.js';
import { linkLimits } from '../../src/node/links/limits.js';
import { LinkError } from '../../src/node/links/link-error.js';
import { Wire, type WireUser } from '../../src/node/links/wire.js';
import { openPort } from '../../src/node/port.js';
import { anEnd, randomId } from './two-nodes.js';

const header = { type: 'BYTES', ok: true, size: 10, length: 10 };

for (const [how, frames, code] of [
  ['ends before the bytes are complete', [header, aChunk(5), aChunk(0)], 'cut-short'],
  ['sends more bytes than it said', [header, aChunk(5), aChunk(6), aChunk(0)], 'cut-short'],
  ['sends a chunk without a checksum', [header, Buffer.alloc(3)], 'corrupt'],
  ['does not say how many bytes come', [{ type: 'BYTES', ok: true }], 'bad-frame'],
  ['sends something else', [{ type: 'ACK' }], 'bad-message'],
  ['has no time', [{ type: 'CLOSE', code: 'too-busy', message: 'busy' }], 'too-busy'],
] as const) {
  test(`R17 a giver that ${how} is not believed`, async (t) => {
    const a = await anEnd(t);
    const giver = await aGiver(t, frames);
    const fetching = a.links.fetch(giver.address, giver.nodeId, { name: 'file', version: { time: 1, node: giver.nodeId } }, new AbortController().signal).then(({ stream }) => readAll(stream));
    await t.throwsAsync(fetching, { instanceOf: LinkError, code });
  });
}

/** A node that answers whatever is asked with these frames. */
async function aGiver(t: ExecutionContext, frames: readonly (object | Buffer)[]): Promise<{ address: string; nodeId: string }> {
  const nodeId = randomId();
  const hello: HelloFields = { purpose: 'bulk', nodeId, incarnation: 1, boot: 'b', address: '127.0.0.1:9', nonce: randomId(), features: [] };
  const answer = async (wire: Wire): Promise<void> => {
    for (const frame of frames) await wire.writeFrame(Buffer.isBuffer(frame) ? frame : Buffer.from(JSON.stringify(frame)));
  };
  const onPeer = (socket: Socket): void => {
    const user = { payloadBytesMax: 1_000, stallMs: 1_000, onEnd: () => wire.end(), onClosed: () => undefined };
    const onOpen = (): WireUser => ({ ...user, onFrame: () => void answer(wire).catch(() => undefined) });
    const wire = new Wire(socket, { role: 'acceptor', hello, secret: undefined, limits: linkLimits, onOpen, onFailed: () => undefined });
    socket.on('data', (bytes: Buffer) => wire.receive(bytes)).resume();
    t.teardown(() => wire.destroy());
  };
  const port = await openPort({ host: '127.0.0.1', ports: [0], onHttp: (socket) => void socket.destroy(), onPeer });
  t.teardown(() => port.close());
  return { address: port.address, nodeId };
}

function aChunk(length: number): Buffer {
  return Buffer.concat([chunkHeader(Buffer.alloc(length)), Buffer.alloc(length)]);
}

async function readAll(stream: Readable): Promise<void> {
  for await (const bytes of stream) void bytes;
}
