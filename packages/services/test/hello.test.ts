import { randomBytes } from 'node:crypto';
import { helloRefusal, helloReply } from '@coring/protocol';
import test from 'ava';
import fc from 'fast-check';
import { hello, type ServiceLog } from '../src/index.js';
import { aListener, rest } from './a-listener.js';

function reply(text: string | Buffer, end = '\0'): Buffer {
  return Buffer.concat([Buffer.from(helloReply), Buffer.from(text), Buffer.from(end)]);
}

test('C01 a text that ends with NUL comes back with the greeting, and the connection ends', async (t) => {
  const { connect } = await aListener(t, hello());
  const socket = await connect();
  socket.write('Hello Server, this is Client!\0');
  t.is((await rest(socket)).toString(), "Hello Client, this is Server. I rec'd this message:\n   Hello Server, this is Client!\0");
});

test('C02 C04 any text comes back, in any pieces, read in any', async (t) => {
  const log = aLog();
  const byBytes = new Map<number, Awaited<ReturnType<typeof aListener>>>();
  for (const readBytes of [1, 4, 65_536]) byBytes.set(readBytes, await aListener(t, hello({ readBytes, log })));
  const piece = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0)));
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), fc.constantFrom(1, 4, 65_536), async (pieces, readBytes) => {
      const socket = await byBytes.get(readBytes)!.connect();
      for (const one of pieces) {
        socket.write(one);
        await new Promise(setImmediate);
      }
      socket.write('\0');
      return (await rest(socket)).equals(reply(Buffer.concat(pieces)));
    }),
    { numRuns: 100 },
  );
  t.true(log.lines.some((line) => line.endsWith(' a piece of 4 bytes')));
});

test('C02 a text as long as may be comes back; one byte more is refused', async (t) => {
  const { connect } = await aListener(t, hello({ bytesMax: 100_000 }));
  const [longest, longer] = [await connect(), await connect()];
  const text = Buffer.alloc(100_000, 'x');
  longest.write(Buffer.concat([text, Buffer.of(0)]));
  t.true((await rest(longest)).equals(reply(text)));
  longer.write(Buffer.concat([text, Buffer.from('x\0')]));
  t.is((await rest(longer)).toString(), `${helloRefusal}A message has at most 100000 bytes.\0`);
});

test('C04 a flood without an end is refused, and no more of it is kept than a message may have', async (t) => {
  const { connect } = await aListener(t, hello());
  const socket = await connect();
  const flood = randomBytes(8 * 2 ** 20).map((byte) => byte || 1);
  socket.write(flood);
  t.true((await rest(socket)).toString().startsWith(helloRefusal));
});

test('C04 a sender that goes silent is told, and cut', async (t) => {
  const { connect } = await aListener(t, hello({ idleMs: 40 }));
  const socket = await connect();
  socket.write('Hello Ser');
  t.is((await rest(socket)).toString(), `${helloRefusal}Nothing came for too long.\0`);
});

test('C06 each line is answered, with or without a carriage return, of any length', async (t) => {
  const { connect } = await aListener(t, hello({ end: 'line' }));
  const socket = await connect();
  const lines = Array.from({ length: 9 }, (_, length) => 'x'.repeat(length));
  socket.end(lines.map((line, i) => line + (i % 2 === 0 ? '\r\n' : '\n')).join(''));
  t.deepEqual(await rest(socket), Buffer.concat(lines.map((line) => reply(line, '\n'))));
});

test('C06 a line is answered before the next one comes', async (t) => {
  const { connect } = await aListener(t, hello({ end: 'line' }));
  const socket = await connect();
  for (const line of ['Hi Server!', "I'm telnetting to you this time!"]) {
    socket.write(`${line}\r\n`);
    const [said] = await new Promise<Buffer[]>((resolve) => socket.once('data', (...args: Buffer[]) => resolve(args)));
    t.is(said!.toString(), `${helloReply}${line}\n`);
  }
});

test('C06 who closes its half has ended the message', async (t) => {
  const { connect } = await aListener(t, hello());
  const socket = await connect();
  socket.end('no end');
  t.is((await rest(socket)).toString(), `${helloReply}no end\0`);
});

test('C09 the connection closes after one reply, or is kept for several', async (t) => {
  const [once, several] = [await aListener(t, hello()), await aListener(t, hello({ keepOpen: true }))];
  const [one, more] = [await once.connect(), await several.connect()];
  one.end('a\0b\0');
  t.deepEqual(await rest(one), reply('a'));
  more.end('a\0b\0\0c');
  t.deepEqual(await rest(more), Buffer.concat(['a', 'b', '', 'c'].map((text) => reply(text))));
});

test('C07 what has come is acknowledged with its bytes', async (t) => {
  const { connect } = await aListener(t, hello({ acknowledge: true }));
  const socket = await connect();
  socket.write('grüß dich\0');
  t.is((await rest(socket)).toString(), `Rec'd 11 bytes.\0${helloReply}grüß dich\0`);
});

test('C09 each stage is logged, and why it ended; the text is not', async (t) => {
  const log = aLog();
  const { connect } = await aListener(t, hello({ log }));
  const socket = await connect();
  socket.write('secret\0');
  await rest(socket);
  t.deepEqual(
    log.lines.filter((line) => !line.includes('piece of')).map((line) => line.replace(/127\.0\.0\.1:\d+/, 'PEER')),
    ['hello: PEER: connected', 'hello: PEER: message complete, 6 bytes in 1 piece', 'hello: PEER: closed after the reply'],
  );
});

test('C05 a thousand clients that sleep hold up nobody', async (t) => {
  const { connect } = await aListener(t, hello());
  const asleep = await Promise.all(Array.from({ length: 1000 }, connect));
  const awake = await connect();
  awake.write('awake\0');
  t.deepEqual(await rest(awake), reply('awake'));
  const answers = asleep.map(async (socket, i) => {
    socket.write(`sleeper ${i}\0`);
    return (await rest(socket)).equals(reply(`sleeper ${i}`));
  });
  t.true((await Promise.all(answers)).every(Boolean));
});

test('a datagram is a message, with or without its end', (t) => {
  const { datagram } = hello();
  for (const message of ['hi', 'hi\0', 'hi\0more']) t.deepEqual(datagram!(Buffer.from(message), 'somebody'), reply('hi'));
});

interface Kept extends ServiceLog {
  readonly lines: string[];
}

function aLog(): Kept {
  const lines: string[] = [];
  const say = (_: object, line: string): void => void lines.push(line);
  return { lines, debug: say, info: say, warn: say };
}
