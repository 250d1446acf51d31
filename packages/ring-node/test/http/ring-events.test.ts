import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { otherId, selfId } from './a-fake-node.js';
import { knowing, twoServers } from './a-fake-ring.js';
import { aServer, codeOf, until } from './a-server.js';
import { aWatcher } from './a-watcher.js';

const ring = { query: '?ring' };

test('O02 whoever watches the ring is told what happens at every node, and at which', async (t) => {
  const [one, other] = await twoServers(t);
  const watcher = await aWatcher(t, one, ring);
  await until(() => other.node.watchers.size === 1, 'the other is listened to');
  other.node.tell({ type: 'warning', what: 'there' });
  await until(() => watcher.events().length === 1, 'it is told of what happens there');
  one.node.tell({ type: 'warning', what: 'here' });
  await until(() => watcher.events().length === 2, 'it is told of what happens here');
  t.like(watcher.events(), [{ type: 'warning', what: 'there', at: otherId }, { type: 'warning', what: 'here', at: selfId }]);
  t.true(watcher.events().every(({ timeMs }) => Math.abs(timeMs - Date.now()) < 60_000));
  await until(() => new Set(watcher.loads().map(({ at }) => at)).size === 2, 'both say how busy they are');
  const [first, second] = watcher.numbers() as [number, number];
  t.is(second, first + 1);
});

test('O02 a peer is listened to once, however many watch, and tells nothing of what others told it', async (t) => {
  const [one, other] = await twoServers(t);
  const watchers = await Promise.all([aWatcher(t, one, ring), aWatcher(t, one, ring), aWatcher(t, other, ring)]);
  await until(() => one.node.watchers.size === 2 && other.node.watchers.size === 2, 'each listens to itself and to the other');
  one.node.tell({ type: 'warning', what: 'once' });
  await until(() => watchers.every((watcher) => watcher.events().length > 0), 'all are told');
  one.node.tell({ type: 'warning', what: 'twice' });
  await until(() => watchers.every((watcher) => watcher.text().includes('twice')), 'all are told again');
  t.deepEqual(watchers.map((watcher) => watcher.events().map(({ at }) => at)), Array.from({ length: 3 }, () => [selfId, selfId]));
  t.deepEqual([one.node.watchers.size, other.node.watchers.size], [2, 2]);
});

test('O02 a watcher of the ring that comes back gets what it missed, once; one of an earlier life all that is remembered', async (t) => {
  const [one, other] = await twoServers(t);
  const staying = await aWatcher(t, one, ring);
  await until(() => other.node.watchers.size === 1, 'the other is listened to');
  for (let i = 0; i < 4; i++) other.node.tell({ type: 'warning', what: `event ${i}` });
  await until(() => staying.events().length === 4, 'all have come');
  const numbers = staying.numbers();
  const back = await aWatcher(t, one, { query: `?ring&lastEventId=${numbers[1]}` });
  const old = await aWatcher(t, one, { ...ring, fields: ['Last-Event-ID: 17'] });
  const picky = await aWatcher(t, one, { query: '?ring&lastEventId=0&types=put' });
  other.node.tell({ type: 'put', name: 'x', version: '1-a', size: 1, grade: 'strong', nodes: [] });
  await until(() => [back, old, picky].every((watcher) => watcher.text().includes('event: put')), 'all have the newest');
  t.deepEqual(back.numbers(), [...numbers.slice(2), numbers[3]! + 1]);
  t.deepEqual(old.numbers(), [...numbers, numbers[3]! + 1]);
  t.deepEqual(picky.numbers(), [numbers[3]! + 1]);
});

test('O02 who comes anew is told what the node remembers of the ring, of the time when nobody watched', async (t) => {
  const [one] = await twoServers(t);
  const before = Date.now();
  one.node.tell({ type: 'heal', nodeId: 'a'.repeat(32) });
  for (let file = 0; file < 2_000; file++) one.node.tell({ type: 'got', name: `${file}`, grade: 'strong', hops: 0 });
  one.node.tell({ type: 'warning', what: 'something' });
  const anew = await aWatcher(t, one, { query: '?ring&lastEventId=0' });
  await until(() => anew.events().length === 2, 'both are told');
  t.deepEqual(anew.events().map(({ type }) => type), ['heal', 'warning']);
  t.true(anew.events().every(({ timeMs }) => timeMs >= before && timeMs <= Date.now()));
  const plain = await aWatcher(t, one, ring);
  one.node.tell({ type: 'warning', what: 'news' });
  await until(() => plain.events().length === 1, 'only what happens now');
  t.is(anew.events().length, 3);
});

test('O02 a peer that goes is listened to no more, and again when it is back', async (t) => {
  const [one, other] = await twoServers(t);
  const watcher = await aWatcher(t, one, ring);
  const isHeard = (yes: boolean) => until(() => other.node.watchers.size === Number(yes), yes ? 'it is listened to' : 'it is not listened to');
  await isHeard(true);
  const address = `127.0.0.1:${other.port}`;
  knowing(one.node, selfId, { [otherId]: address }, 'down');
  one.node.tell({ type: 'member', nodeId: otherId, address, state: 'down', incarnation: 1 });
  await isHeard(false);
  knowing(one.node, selfId, { [otherId]: address });
  one.node.tell({ type: 'member', nodeId: otherId, address, state: 'up', incarnation: 2 });
  await isHeard(true);
  other.node.tell({ type: 'warning', what: 'back again' });
  await until(() => watcher.text().includes('back again'), 'it is told of it');
  t.pass();
});

test('O02 what a peer tells while the connection to it is lost comes later', async (t) => {
  const [one, other] = await twoServers(t);
  const relay = createServer((socket) => {
    const to = connect(other.port, '127.0.0.1');
    for (const end of [socket, to]) end.on('error', () => undefined);
    socket.pipe(to).pipe(socket);
    cut = () => [socket, to].forEach((end) => end.destroy());
  });
  let cut = (): void => undefined;
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  t.teardown(() => relay.close());
  knowing(one.node, selfId, { [otherId]: `127.0.0.1:${(relay.address() as AddressInfo).port}` });
  const watcher = await aWatcher(t, one, ring);
  await until(() => other.node.watchers.size === 1, 'it is listened to');
  other.node.tell({ type: 'warning', what: 'before' });
  await until(() => watcher.text().includes('before'), 'it is told of it');
  cut();
  await until(() => other.node.watchers.size === 0, 'the connection is lost');
  other.node.tell({ type: 'warning', what: 'meanwhile' });
  await until(() => watcher.text().includes('meanwhile'), 'it is told of it in the end');
  t.deepEqual(watcher.events().map((event) => event.type === 'warning' && event.what), ['before', 'meanwhile']);
});

test('O02 of the events of files of all nodes fifty a second are told, the others are counted', async (t) => {
  const [one, other] = await twoServers(t);
  const watcher = await aWatcher(t, one, ring);
  await until(() => other.node.watchers.size === 1, 'the other is listened to');
  for (const { node } of [one, other]) for (let i = 0; i < 500; i++) node.tell({ type: 'got', name: 'x', grade: 'strong', hops: 0 });
  const leftOut = (): number => watcher.loads().reduce((sum, load) => sum + load.leftOut, 0);
  const got = (): number => watcher.events().length;
  await until(() => got() + leftOut() === 1000, 'all are told or counted');
  t.true(got() >= 50 && got() <= 150, String(got()));
});

test('a peer that tells nonsense, or too much, harms nobody', async (t) => {
  const one = await aServer(t);
  let asked = 0;
  const liar = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n');
    socket.write(`data: null\n\ndata: {"type":"__proto__"}\n\nid: 1\ndata: {"type":"warning","what":"asked ${++asked}","at":"forged"}\n\n`);
    socket.write(asked === 1 ? 'data: no JSON\n\n' : `data: ${'x'.repeat(600_000)}`);
  });
  await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
  t.teardown(() => liar.close());
  knowing(one.node, selfId, { [otherId]: `127.0.0.1:${(liar.address() as AddressInfo).port}` });
  const watcher = await aWatcher(t, one, ring);
  await until(() => watcher.text().includes('asked 3'), 'it was cut each time, and is asked again');
  t.true(watcher.events().every(({ type, at }) => type === 'warning' && at === otherId));
});

test('O02 before it has joined a node knows of no ring to watch', async (t) => {
  const { url, node } = await aServer(t);
  node.isReady = false;
  const answer = await fetch(`${url}/events?ring`);
  t.is(answer.status, 503);
  t.is(codeOf(await answer.text()), 'not-joined');
});

test('R09 closing the server ends what it hears of others', async (t) => {
  const [one, other] = await twoServers(t);
  const watcher = await aWatcher(t, one, ring);
  await until(() => other.node.watchers.size === 1, 'the other is listened to');
  await one.server.closeGracefully(60_000);
  await watcher.ended;
  await until(() => other.node.watchers.size === 0, 'it is let go');
  t.is(one.node.watchers.size, 0);
});
