import { randomBytes } from 'node:crypto';
import { Duplex } from 'node:stream';
import test from 'ava';
import fc from 'fast-check';
import { echo } from '../src/index.js';
import { aListener, rest } from './a-listener.js';

test('A02 three megabytes come back byte for byte, and the end after them', async (t) => {
  const { connect } = await aListener(t, echo());
  const socket = await connect();
  const sent = randomBytes(3 * 2 ** 20);
  socket.end(sent);
  t.true((await rest(socket)).equals(sent));
});

test('A02 five hundred connections at once each get their own', async (t) => {
  const { connect } = await aListener(t, echo());
  const sockets = await Promise.all(Array.from({ length: 500 }, connect));
  const answers = sockets.map(async (socket, i) => {
    socket.end(`this is ${i}`);
    return (await rest(socket)).toString();
  });
  t.deepEqual(await Promise.all(answers), sockets.map((_, i) => `this is ${i}`));
});

test('A02 whatever comes goes back, in any pieces', async (t) => {
  const { connect } = await aListener(t, echo());
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), async (pieces) => {
      const socket = await connect();
      for (const piece of pieces) socket.write(piece);
      socket.end();
      return (await rest(socket)).equals(Buffer.concat(pieces));
    }),
    { numRuns: 50 },
  );
  t.pass();
});

test('E01 who never reads is not read from', async (t) => {
  // Takes 64 KiB and no more, and has without end to say.
  let given = 0;
  const connection = new Duplex({
    read() {
      given += 1024;
      this.push(Buffer.alloc(1024));
    },
    write() {},
    writableHighWaterMark: 65_536,
  });
  echo().stream!(connection, 'nobody');
  for (let turn = 0; turn < 1000; turn++) await new Promise(setImmediate);
  t.true(given >= 65_536);
  t.true(given < 200_000, `${given} bytes were read`);
  connection.destroy();
});

test('a connection on which nothing moves is cut', async (t) => {
  const { connect } = await aListener(t, echo({ idleMs: 30 }));
  const socket = await connect();
  socket.write('x');
  socket.resume();
  // However it is cut: by an end or by a reset.
  await new Promise((resolve) => socket.once('close', resolve));
  t.pass();
});

test('a connection that breaks off breaks nothing else', async (t) => {
  const { connect } = await aListener(t, echo());
  const broken = await connect();
  broken.write(randomBytes(100_000));
  broken.resetAndDestroy();
  const socket = await connect();
  socket.end('still here');
  t.is((await rest(socket)).toString(), 'still here');
});

test('A03 a datagram is answered with itself, 64 KB and empty ones too', (t) => {
  const { datagram } = echo();
  for (const message of [Buffer.of(), Buffer.of(0), randomBytes(65_507)]) t.true(datagram!(message, 'somebody')?.equals(message));
});
