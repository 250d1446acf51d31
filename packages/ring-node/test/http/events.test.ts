import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { eventTypes } from '@coring/protocol';
import test from 'ava';
import type { FakeNode } from './a-fake-node.js';
import { aServer, codeOf, until } from './a-server.js';
import { aWatcher } from './a-watcher.js';

test('O02 a watcher is told each event with its number, type and facts', async (t) => {
  const server = await aServer(t);
  const watcher = await aWatcher(t, server);
  tell(server.node, 2);
  await until(() => watcher.text().includes('id: 2'), 'both have come');
  t.regex(watcher.text(), /^HTTP\/1\.1 200 OK\r\n/);
  t.regex(watcher.text(), /Content-Type: text\/event-stream/);
  t.true(watcher.text().includes('retry: 1000\n\n'));
  t.true(watcher.text().includes('id: 1\nevent: reachable\ndata: {"type":"reachable","nodeId":"node 1"}\n\n'));
  t.deepEqual(watcher.numbers(), [1, 2]);
});

test('O02 a watcher that comes back gets what it missed, once', async (t) => {
  const server = await aServer(t);
  tell(server.node, 5);
  const watcher = await aWatcher(t, server, { fields: ['Last-Event-ID: 3'] });
  tell(server.node, 1);
  await until(() => watcher.text().includes('id: 6'), 'the newest has come');
  t.deepEqual(watcher.numbers(), [4, 5, 6]);
});

test('O02 a watcher of an earlier life of the node gets all that is remembered; a new one only what is new', async (t) => {
  const server = await aServer(t);
  tell(server.node, 2);
  const old = await aWatcher(t, server, { fields: ['Last-Event-ID: 900'] });
  const fresh = await aWatcher(t, server);
  const odd = await aWatcher(t, server, { fields: ['Last-Event-ID: nonsense'] });
  tell(server.node, 1);
  await until(() => [old, fresh, odd].every((watcher) => watcher.text().includes('id: 3')), 'all have the newest');
  t.deepEqual([old.numbers(), fresh.numbers(), odd.numbers()], [[1, 2, 3], [3], [3]]);
});

test('O02 a watcher that does not read is cut, and others go on', async (t) => {
  const server = await aServer(t, { watcherBytesMax: 50_000 });
  const deaf = connect(server.port, '127.0.0.1');
  deaf.pause();
  deaf.on('error', () => undefined);
  deaf.write('GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => server.node.watchers.size === 1, 'it watches');
  const watcher = await aWatcher(t, server);
  for (let told = 0; told < 5000 && server.node.watchers.size === 2; told++) {
    server.node.tell({ type: 'warning', what: 'x'.repeat(10_000) });
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => server.node.watchers.size === 1, 'it is cut');
  server.node.tell({ type: 'warning', what: 'the last one' });
  await until(() => watcher.text().includes('the last one'), 'the other has the last one');
  deaf.destroy();
  t.pass();
});

test.serial('O02 what waits for two hundred watchers is bounded: those who do not read are cut, the others go on', async (t) => {
  const watchersBytesMax = 4_000_000;
  const server = await aServer(t, { watchersBytesMax });
  const sockets: Socket[] = [];
  server.server.server.on('connection', (socket: Socket) => sockets.push(socket));
  const watch = (types: string): Socket => {
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    t.teardown(() => socket.destroy());
    socket.write(`GET /events?types=${types} HTTP/1.1\r\nHost: a\r\n\r\n`);
    return socket;
  };
  for (let i = 0; i < 50; i++) watch('warning').pause();
  const last: string[] = [];
  for (let i = 0; i < 10; i++) watch('warning').on('data', (chunk) => (last[i] = chunk.subarray(-100).toString()));
  for (let i = 0; i < 140; i++) watch('disk').resume();
  await until(() => server.node.watchers.size === 200, 'all watch');
  let most = 0;
  // What is beyond the buffers of the system waits in the node.
  for (let told = 0; told < 400 && server.node.watchers.size > 150; told++) {
    server.node.tell({ type: 'warning', what: 'x'.repeat(40_000) });
    server.node.tell({ type: 'warning', what: `number ${told}.` });
    await until(() => last.length === 10 && last.every((text) => text.includes(`number ${told}.`)), 'those who read have it');
    most = Math.max(most, sockets.reduce((sum, { writableLength }) => sum + writableLength, 0));
  }
  t.is(server.node.watchers.size, 150);
  t.true(most > 0 && most < watchersBytesMax + 50 * 100_000, String(most));
  t.log(`${most} bytes waited at most`);
});

test('O02 a watcher that leaves is forgotten, a silent node sends signs of life', async (t) => {
  const server = await aServer(t, { heartbeatMs: 10 });
  const watcher = await aWatcher(t, server);
  await until(() => watcher.text().includes(': still here\n\n'), 'a sign of life came');
  watcher.leave();
  await until(() => server.node.watchers.size === 0, 'it is forgotten');
  t.pass();
});

test('O02 HEAD /events watches nothing', async (t) => {
  const { url, node } = await aServer(t);
  t.is((await fetch(`${url}/events`, { method: 'HEAD' })).status, 200);
  t.is(node.watchers.size, 0);
});

test('R09 closing the server ends the streams of events', async (t) => {
  const server = await aServer(t);
  const watcher = await aWatcher(t, server);
  await server.server.closeGracefully(60_000);
  await watcher.ended;
  t.is(server.node.watchers.size, 0);
});

test('O02 a watcher is told only of the types that it asks for', async (t) => {
  const server = await aServer(t);
  tell(server.node, 1);
  const watcher = await aWatcher(t, server, { query: '?types=warning,put&lastEventId=0' });
  tell(server.node, 1);
  server.node.tell({ type: 'warning', what: 'the last one' });
  await until(() => watcher.text().includes('the last one'), 'it is told');
  t.deepEqual(watcher.numbers(), [3]);
});

for (const query of ['?types=', '?types=put,', '?types=nothing', '?types=put,__proto__', '?ring=1', '?filesPerSecond=many', '?filesPerSecond=-1']) {
  test(`R17 /events${query} is 400 bad-request`, async (t) => {
    const { url } = await aServer(t);
    const answer = await fetch(`${url}/events${query}`);
    t.is(answer.status, 400);
    t.is(codeOf(await answer.text()), 'bad-request');
  });
}

test('O02 while somebody watches, a node says every second how busy it is, and remembers none of it', async (t) => {
  const server = await aServer(t);
  server.node.keep('a', Buffer.from('content'));
  await (await fetch(`${server.url}/files/a`)).text();
  const watcher = await aWatcher(t, server);
  await fetch(`${server.url}/files/b`, { method: 'PUT', body: Buffer.alloc(100_000) });
  await (await fetch(`${server.url}/files/a?x`)).text();
  await (await fetch(`${server.url}/files/`)).text();
  await fetch(`${server.url}/files/b`, { method: 'DELETE' });
  const sum = (key: 'requests' | 'puts' | 'gets' | 'deletes' | 'bytesIn' | 'bytesOut') => watcher.loads().reduce((all, load) => all + load[key], 0);
  await until(() => sum('requests') >= 4, 'all is told');
  t.deepEqual([sum('puts'), sum('gets'), sum('deletes')], [1, 1, 1]);
  t.true(sum('bytesIn') > 100_000 && sum('bytesIn') < 110_000, String(sum('bytesIn')));
  t.true(sum('bytesOut') > 500, String(sum('bytesOut')));
  t.like(watcher.loads()[0], { bytes: 5, freeBytes: 6, leftOut: 0, version: '0.1.0', uptimeMs: 1 });
  t.deepEqual(watcher.numbers(), []);
});

test('O02 of events of files as many are told as a watcher asks for, the others are counted', async (t) => {
  const server = await aServer(t);
  const few = await aWatcher(t, server, { query: '?filesPerSecond=5' });
  const all = await aWatcher(t, server);
  for (let i = 0; i < 300; i++) {
    server.node.tell({ type: 'reaped', name: 'x' });
    server.node.tell({ type: 'got', name: 'x', grade: 'strong', hops: 0 });
  }
  const got = (watcher: typeof few): number => watcher.events().filter(({ type }) => type === 'got').length;
  await until(() => got(few) + (few.loads()[0]?.leftOut ?? 0) === 300, 'it is told what was left out');
  // The second may have been over in between.
  t.true(got(few) === 5 || got(few) === 10, String(got(few)));
  t.is(few.events().filter(({ type }) => type === 'reaped').length, 300);
  t.is(got(all), 300);
  t.is(all.loads()[0]?.leftOut, 0);
});

test('O02 more watchers than a node has room for are told to come later', async (t) => {
  const server = await aServer(t, { watchersMax: 2 });
  const [one] = [await aWatcher(t, server), await aWatcher(t, server)];
  const refused = await fetch(`${server.url}/events`);
  t.is(refused.status, 503);
  t.is(codeOf(await refused.text()), 'too-busy');
  one.leave();
  await until(() => server.node.watchers.size === 1, 'there is room');
  await aWatcher(t, server);
});

test('O02 nobody is told anything, and nothing is measured, where nobody watches', async (t) => {
  const server = await aServer(t);
  const watcher = await aWatcher(t, server);
  await until(() => watcher.loads().length > 0, 'it says how busy it is');
  watcher.leave();
  await until(() => server.node.watchers.size === 0, 'it is forgotten');
  let looks = 0;
  const ring = server.node.ring.bind(server.node);
  server.node.ring = () => (looks++, ring());
  for (let i = 0; i < 20; i++) {
    await fetch(`${server.url}/files/a${i}`, { method: 'PUT', body: 'x' });
    await (await fetch(`${server.url}/files/a${i}`)).text();
  }
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  t.deepEqual([looks, server.node.watchers.size], [0, 0]);
});

test('O02 every type of event is in the table of docs/events.md, and no other', (t) => {
  const text = readFileSync(new URL('../../../../../docs/events.md', import.meta.url), 'utf8');
  const types = text.slice(text.indexOf('## Types'), text.indexOf('## What watching costs'));
  t.deepEqual([...types.matchAll(/^\| `([\w-]+)`/gm)].map((match) => match[1]!).toSorted(), eventTypes.toSorted());
});

function tell(node: FakeNode, times: number): void {
  for (let told = 0; told < times; told++) node.tell({ type: 'reachable', nodeId: `node ${node.recentEvents('all').length + 1}` });
}
