import test, { type ExecutionContext } from 'ava';
import { converse, type ConversationOptions, Reception } from '../src/index.js';
import { aTalker, codeOf } from './a-talker.js';

async function aReception(t: ExecutionContext, options: ConversationOptions = {}): Promise<{ reception: Reception; at: { host: string; port: number; connectMs: number } }> {
  const reception = new Reception(options);
  const at = await aTalker(t, (socket) => reception.stream(socket, `127.0.0.1:${socket.remotePort}`));
  t.teardown(() => reception.close());
  return { reception, at: { ...at, connectMs: 20_000 } };
}

test('C09 a server waits for a client, and both say what they have to', async (t) => {
  const { reception, at } = await aReception(t);
  const coming = reception.next();
  const client = await converse(at);
  const guest = await coming;
  t.regex(guest.address, /^127\.0\.0\.1:\d+$/);
  await client.send('Hello Server');
  t.is(String(await guest.receive()), 'Hello Server');
  await guest.send('Hello Client');
  guest.close();
  t.is(String(await client.receive()), 'Hello Client');
  t.is(await codeOf(client.receive()), 'closed');
  client.cut();
});

test('C09 clients that come meanwhile wait their turn', async (t) => {
  const { reception, at } = await aReception(t);
  const clients = [];
  for (const name of ['first', 'second', 'third']) {
    const client = await converse(at);
    await client.send(name);
    clients.push(client);
  }
  for (const name of ['first', 'second', 'third']) {
    const guest = await reception.next({ waitMs: 20_000 });
    t.is(String(await guest.receive()), name);
    guest.close();
  }
  for (const client of clients) client.cut();
});

test('C09 a wait in vain returns, or goes on until somebody comes or the server is to shut down', async (t) => {
  const { reception, at } = await aReception(t);
  let none = 0;
  t.is(await codeOf(reception.next({ waitMs: 5, onNone: () => none++ })), 'no-client');
  t.is(none, 1);
  // Comes only after some waits were in vain.
  let coming: ReturnType<typeof converse> | undefined;
  const guest = await reception.next({
    waitMs: 5,
    retry: true,
    onNone: () => {
      if (++none === 4) coming = converse(at);
    },
  });
  t.true(none >= 4);
  guest.close();
  (await coming!).cut();
  const shutdown = new AbortController();
  const waiting = reception.next({ waitMs: 5, retry: true, signal: shutdown.signal, onNone: () => shutdown.abort() });
  t.is(await codeOf(waiting), 'interrupted');
  t.is(await codeOf(reception.next({ signal: shutdown.signal })), 'interrupted');
});

test('C07 C09 a message is acknowledged with its bytes, by either end that says so', async (t) => {
  const { reception, at } = await aReception(t, { acknowledge: true, acknowledged: true });
  const client = await converse({ ...at, acknowledge: true, acknowledged: true });
  const guest = await reception.next();
  const [, heard] = await Promise.all([client.send('grüß dich'), guest.receive()]);
  t.is(String(heard), 'grüß dich');
  const [, reply] = await Promise.all([guest.send(''), client.receive()]);
  t.is(String(reply), '');
  guest.close();
  client.cut();
});

test('C09 a guest who says nothing is not waited for longer than that', async (t) => {
  const { reception, at } = await aReception(t, { receiveMs: 20 });
  const client = await converse(at);
  const guest = await reception.next();
  t.is(await codeOf(guest.receive()), 'receive-timeout');
  // It can still be told why.
  await guest.send('too late');
  guest.close();
  t.is(String(await client.receive()), 'too late');
  client.cut();
});

test('C02 C09 pieces of four bytes make no difference, and are heard of', async (t) => {
  const pieces: number[] = [];
  const { reception, at } = await aReception(t, { readBytes: 4, onPiece: (bytes) => pieces.push(bytes) });
  const client = await converse(at);
  const text = 'a text of which the length is no multiple of four';
  await client.send(text);
  t.is(String(await (await reception.next()).receive()), text);
  t.is(pieces.reduce((sum, bytes) => sum + bytes, 0), text.length + 1);
  t.true(pieces.every((bytes) => bytes <= 4) && pieces.includes(4));
  client.cut();
});

test('C09 the signal of a server ends what its guests are waited for', async (t) => {
  const shutdown = new AbortController();
  const { reception, at } = await aReception(t, { signal: shutdown.signal });
  const client = await converse(at);
  const guest = await reception.next();
  const waiting = guest.receive();
  shutdown.abort();
  t.is(await codeOf(waiting), 'interrupted');
  t.is(await codeOf(client.receive()), 'closed');
  client.cut();
});
