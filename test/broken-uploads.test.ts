import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { aRing, type TestNode, until } from './a-ring.js';
import { get, put, sha256, someBytes, urlOf } from './files.js';
import { largeFilesIn } from './left-over.js';

const SIZE = 4_000_000;

interface Broken {
  readonly how: string;
  readonly fields: readonly string[];
  /** What of the body is sent; then the connection ends as said. */
  readonly body: readonly (Uint8Array | string)[];
  readonly end: 'reset' | 'close' | 'none';
  /** The answer, where the client is there to get one. */
  readonly status?: number;
}

const whole = someBytes(SIZE);
const length = `Content-Length: ${SIZE}`;
const chunked = 'Transfer-Encoding: chunked';
const chunk = (bytes: Uint8Array): (Uint8Array | string)[] => [`${bytes.length.toString(16)}\r\n`, bytes, '\r\n'];
const otherDigest = `sha-256=:${Buffer.from(sha256('something else'), 'hex').toString('base64')}:`;

const broken: readonly Broken[] = [
  { how: 'given up before the body', fields: [length], body: [], end: 'reset' },
  { how: 'given up after 1 byte', fields: [length], body: [whole.subarray(0, 1)], end: 'reset' },
  { how: 'given up after 100 000 bytes', fields: [length], body: [whole.subarray(0, 100_000)], end: 'reset' },
  { how: 'given up before its last byte', fields: [length], body: [whole.subarray(0, -1)], end: 'reset' },
  { how: 'shorter than announced by half', fields: [length], body: [whole.subarray(0, SIZE / 2)], end: 'close', status: 400 },
  { how: 'shorter than announced by a byte', fields: [length], body: [whole.subarray(0, -1)], end: 'close', status: 400 },
  { how: 'chunked, without its last chunk', fields: [chunked], body: chunk(whole), end: 'close', status: 400 },
  { how: 'chunked, cut in a chunk', fields: [chunked], body: chunk(whole).slice(0, 2), end: 'reset' },
  { how: 'chunked, with a chunk that is none', fields: [chunked], body: [...chunk(whole), 'no length\r\n'], end: 'none', status: 400 },
  { how: 'other than its digest', fields: [length, `Repr-Digest: ${otherDigest}`], body: [whole], end: 'none', status: 400 },
  {
    how: 'other than the digest in its trailer',
    fields: [chunked, 'Trailer: Repr-Digest'],
    body: [...chunk(whole), `0\r\nRepr-Digest: ${otherDigest}\r\n\r\n`],
    end: 'none',
    status: 400,
  },
];

test('F07 an upload that breaks off, at whatever point, leaves nothing on any node, and the old version stays', async (t) => {
  t.timeout(180_000);
  const nodes = await aRing(t, 3);
  const old = someBytes(1_000);
  t.is((await put(nodes[0]!, 'old', old)).status, 201);
  for (const [i, one] of broken.entries()) {
    for (const name of ['old', 'new']) {
      const { status } = await send(t, nodes[i % 3]!, name, one);
      if (one.status !== undefined) t.is(status, one.status, one.how);
      for (const node of nodes) {
        const got = await get(node, name);
        t.is(got.status, name === 'old' ? 200 : 404, `${name}, ${one.how}`);
        if (name === 'old') t.deepEqual(got.bytes, old);
      }
    }
  }
  const { files } = (await (await fetch(`${nodes[1]!.url}/files/`)).json()) as { files: { name: string }[] };
  t.deepEqual(files.map(({ name }) => name), ['old']);
  for (const node of nodes) await until(async () => (await largeFilesIn(node.data)).length === 0, `${node.address} to have thrown away what broke off`, 60_000);
  // The next one goes through.
  t.is((await put(nodes[0]!, 'new', whole)).status, 201);
  t.deepEqual((await get(nodes[2]!, 'new')).bytes, whole);
});

/** Sends a PUT as it is told to, byte for byte; status 0 where there was no answer. */
async function send(t: ExecutionContext, node: TestNode, name: string, { fields, body, end }: Broken): Promise<{ status: number }> {
  const { pathname, hostname, port } = new URL(urlOf(node, name));
  const socket = connect(Number(port), hostname);
  t.teardown(() => socket.destroy());
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
  // A node may have closed before it was sent everything.
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await write(socket, `PUT ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n${fields.join('\r\n')}\r\n\r\n`);
  for (const part of body) await write(socket, part);
  if (end === 'reset') socket.resetAndDestroy();
  if (end === 'close') socket.end();
  await closed;
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0) };
}

/** Resolves when the system has taken it, or there is nobody to take it any more. */
function write(socket: Socket, part: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.write(part, 'latin1', () => resolve());
  });
}
