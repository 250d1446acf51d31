import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type EventAt, readEvents } from '@coring/protocol';
import test, { type ExecutionContext } from 'ava';
import { aNode, aRing, type TestNode, until } from './a-ring.js';
import { put } from './files.js';

const WATCHERS = 200;
const DEAF = 50;

test.serial('O02 whoever watches the ring at one node is told of everything that happens in it', async (t) => {
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const { told, numbers } = await watchRing(t, a);
  const at = (node: TestNode, type: EventAt['type'], fits: (event: EventAt & Record<string, unknown>) => boolean = () => true): boolean =>
    told.some((event) => event.at === node.nodeId && event.type === type && fits(event as EventAt & Record<string, unknown>));
  await until(() => [a, b, c].every((node) => at(node, 'load')), 'all nodes to be heard');

  t.is((await put(b, 'file', 'content', { 'coring-require-copies': '3' })).status, 201);
  t.is((await fetch(`${c.url}/files/file`)).status, 200);
  t.is((await fetch(`${c.url}/files/file`, { method: 'DELETE' })).status, 204);
  await until(() => at(b, 'put', ({ name, nodes }) => name === 'file' && (nodes as string[]).length === 3) && at(c, 'deleted'), 'the file to be told of');
  await until(() => at(c, 'got', ({ name, from }) => name === 'file' && from === c.nodeId), 'who gave it to be told');
  await until(() => [a, b, c].every((node) => at(node, 'check')) && told.some(({ type }) => type === 'check-home'), 'a CHECK to go round');

  const d = await aNode(t, { join: c });
  await until(() => at(a, 'member', ({ nodeId, state }) => nodeId === d.nodeId && state === 'up'), 'the join to be told of');
  await until(() => at(a, 'epoch', ({ members }) => (members as string[]).length === 4) && at(d, 'moved'), 'the new one to have its copies', 60_000);

  await d.kill();
  await until(() => [a, b, c].some((node) => at(node, 'suspect', ({ nodeId }) => nodeId === d.nodeId)), 'it to be suspected');
  await until(() => [a, b, c].every((node) => at(node, 'member', ({ nodeId, state }) => nodeId === d.nodeId && state === 'down')), 'its death to be told of by all');
  const before = told.length;
  await d.again(t);
  await until(() => told.slice(before).some(({ type, at: where }) => type === 'load' && where === d.nodeId), 'it to be heard again', 30_000);
  t.is((await put(d, 'from the one that is back', 'content')).status, 201);
  await until(() => at(d, 'put', ({ name }) => name === 'from the one that is back'), 'what happens there to be told');

  t.true((await fetch(`${a.url}/ring/leave?node=${d.nodeId}`, { method: 'POST' })).ok);
  await until(() => at(a, 'member', ({ nodeId, state }) => nodeId === d.nodeId && state === 'left'), 'its leaving to be told of', 60_000);
  t.deepEqual(numbers, Array.from(numbers, (_, i) => numbers[0]! + i));
});

test.serial('O02 two hundred watchers, of which some do not read, cost peers one connection each, and no client its answer', async (t) => {
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const beforeBytes = await figure(a, 'process_resident_memory_bytes');
  const sockets = await Promise.all(Array.from({ length: WATCHERS }, (_, i) => aWatcher(t, a, i % 2 === 0 ? '?ring' : '', i < DEAF)));
  await until(async () => (await figure(a, 'coring_event_watchers')) === WATCHERS, 'all to watch');
  await until(async () => (await figure(b, 'coring_event_watchers')) === 1 && (await figure(c, 'coring_event_watchers')) === 1, 'the others to be listened to');
  let done = 0;
  const name = 'x'.repeat(100);
  const client = async (mine: number): Promise<void> => {
    for (let i = 0; i < 60; i++) {
      const node = [a, b, c][(mine + i) % 3]!;
      t.is((await put(node, `${name}-${mine}`, `content ${i}`)).status, i === 0 ? 201 : 200);
      const answer = await fetch(`${a.url}/files/${name}-${mine}`);
      t.is(await answer.text(), `content ${i}`);
      done++;
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, mine) => client(mine)));
  t.is(done, 480);
  await until(() => sockets.slice(DEAF).every(({ text }) => text().includes('event: load')), 'those who read to be told');
  t.true(sockets.slice(DEAF).every(({ socket }) => !socket.destroyed));
  t.is(await figure(b, 'coring_event_watchers'), 1);
  const grownBytes = (await figure(a, 'process_resident_memory_bytes')) - beforeBytes;
  t.log(`${(grownBytes / 1e6).toFixed(0)} MB more than before`);
  t.true(grownBytes < 300e6);
  for (const { socket } of sockets) socket.destroy();
  await until(async () => (await figure(a, 'coring_event_watchers')) === 0, 'they are forgotten');
});

interface Heard {
  readonly told: EventAt[];
  readonly numbers: number[];
}

/** Everything that the ring tells at a node from now on. */
async function watchRing(t: ExecutionContext, node: TestNode): Promise<Heard> {
  const gone = new AbortController();
  t.teardown(() => gone.abort());
  const answer = await fetch(`${node.url}/events?ring`, { signal: gone.signal });
  const [told, numbers]: [EventAt[], number[]] = [[], []];
  const text = answer.body!.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>;
  void (async () => {
    for await (const { id, data } of readEvents(text, 1e6)) {
      told.push(JSON.parse(data) as EventAt);
      if (told.at(-1)!.type !== 'load') numbers.push(Number(id));
    }
  })().catch(() => undefined);
  return { told, numbers };
}

async function aWatcher(t: ExecutionContext, node: TestNode, query: string, isDeaf: boolean): Promise<{ readonly socket: Socket; readonly text: () => string }> {
  const socket = connect(Number(node.port), '127.0.0.1');
  t.teardown(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`GET /events${query} HTTP/1.1\r\nHost: a\r\n\r\n`);
  let text = '';
  if (isDeaf) socket.pause();
  else socket.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(-100_000)));
  return { socket, text: () => text };
}

async function figure({ url }: TestNode, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)![1]);
}
