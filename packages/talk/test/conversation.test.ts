import { createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { converse, type Conversation, type ConverseOptions } from '../src/index.js';
import { aDeadPort, aTalker, codeOf } from './a-talker.js';

/** A conversation that ends with the test. */
async function aTalk(t: ExecutionContext, options: Partial<ConverseOptions> & { host: string; port: number }): Promise<Conversation> {
  const talk = await converse({ connectMs: 20_000, ...options });
  t.teardown(() => talk.cut());
  return talk;
}

test('C07 an answer in several pieces is one message, and the next one follows', async (t) => {
  const at = await aTalker(t, (socket) => {
    for (const piece of ['hel', 'lo\0se', 'cond\0']) setImmediate(() => socket.write(piece));
  });
  const talk = await aTalk(t, { ...at });
  t.is(talk.address, '127.0.0.1');
  t.deepEqual([String(await talk.receive()), String(await talk.receive())], ['hello', 'second']);
});

test('C07 each way to fail has its name', async (t) => {
  const port = await aDeadPort();
  t.is(await codeOf(converse({ host: '127.0.0.1', port: port, connectMs: 20_000 })), 'unreachable');
  t.is(await codeOf(converse({ host: '127.0.0.1', port: port, connectMs: 300, retry: true })), 'connect-timeout');
  t.is(await codeOf(converse({ host: 'no.such.name.invalid', port: 1, connectMs: 20_000 })), 'name-not-found');
  const silent = await aTalker(t, () => {});
  t.is(await codeOf((await aTalk(t, { ...silent, receiveMs: 30 })).receive()), 'receive-timeout');
  const short = await aTalker(t, (socket) => socket.end('no end'));
  t.is(await codeOf((await aTalk(t, { ...short })).receive()), 'closed');
  const broken = await aTalker(t, (socket) => socket.once('data', () => socket.resetAndDestroy()));
  const talk = await aTalk(t, { ...broken });
  await talk.send('anything');
  t.is(await codeOf(talk.receive()), 'closed');
  const endless = await aTalker(t, (socket) => socket.write(Buffer.alloc(2000, 'x')));
  t.is(await codeOf((await aTalk(t, { ...endless, bytesMax: 1999 })).receive()), 'too-large');
});

test('C07 a server that is not there yet is tried again until it is', async (t) => {
  const port = await aDeadPort();
  const talking = converse({ host: '127.0.0.1', port: port, connectMs: 60_000, retry: true, onTry: () => listen() });
  let server: ReturnType<typeof createServer> | undefined;
  // It begins to listen once it was tried in vain.
  const listen = (): void => {
    if (server !== undefined) return;
    server = createServer((socket) => socket.on('error', () => {}).end('here\0'));
    setImmediate(() => server!.listen(port, '127.0.0.1'));
  };
  t.teardown(() => void server?.close());
  const talk = await talking;
  t.is(String(await talk.receive()), 'here');
  talk.cut();
});

test('C07 a signal ends connecting and waiting', async (t) => {
  const silent = await aTalker(t, () => {});
  const interrupt = new AbortController();
  const talk = await aTalk(t, { ...silent, signal: interrupt.signal });
  const waiting = talk.receive();
  interrupt.abort();
  t.is(await codeOf(waiting), 'interrupted');
  t.is(await codeOf(converse({ ...silent, connectMs: 20_000, signal: interrupt.signal })), 'interrupted');
});

test('C07 an acknowledgement has to tell of all bytes', async (t) => {
  const echoing = (count: (bytes: number) => number) => (socket: Socket) => socket.on('data', (message) => socket.write(`Rec'd ${count(message.length - 1)} bytes.\0`));
  const right = await aTalker(t, echoing((bytes) => bytes));
  await t.notThrowsAsync((await aTalk(t, { ...right, acknowledged: true })).send('grüß dich'));
  const wrong = await aTalker(t, echoing((bytes) => bytes - 1));
  t.is(await codeOf((await aTalk(t, { ...wrong, acknowledged: true })).send('grüß dich')), 'wrong-count');
});

test('C03 every address of a name is tried', async (t) => {
  // `localhost` may be ::1 first; only 127.0.0.1 answers.
  const { port } = await aTalker(t, (socket) => socket.end('here\0'));
  const talk = await aTalk(t, { host: 'localhost', port });
  t.is(String(await talk.receive()), 'here');
});

test('C08 IPv6 is written bare or in brackets', async (t) => {
  const { port } = await aTalker(t, (socket) => socket.end('here\0'), '::1');
  for (const host of ['::1', '[::1]', '::1%lo']) t.is(String(await (await aTalk(t, { host, port })).receive()), 'here');
});
