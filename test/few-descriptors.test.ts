import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { aNode, until, whole } from './a-ring.js';
import { get, put } from './files.js';

/** What a node is started within that may have so few. */
const few = (descriptors: number): readonly string[] => ['sh', '-c', `ulimit -n ${descriptors}; exec "$@"`, 'sh'];

/** Connections that say this, and are not read. */
function crowd(t: ExecutionContext, ports: readonly number[], count: number, words: string): readonly Socket[] {
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i++) {
    const socket = connect(ports[i % ports.length]!, '127.0.0.1', () => socket.write(words));
    sockets.push(socket.on('error', () => undefined));
  }
  t.teardown(() => sockets.forEach((socket) => socket.destroy()));
  return sockets;
}

test('more connections than a node may have descriptors do not end it', async (t) => {
  const node = await aNode(t, { within: few(200) });
  const sockets = crowd(t, [Number(node.port)], 300, 'GET /files/');
  await wait(500);
  // What a node does not load before somebody asks for it.
  for (const socket of sockets) if (!socket.destroyed) socket.write('?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n');
  await wait(1_000);
  t.true(node.isRunning);
  t.is(node.lines.filter(({ msg }) => msg === 'more than 36 connections: those beyond are closed').length, 1);
  for (const socket of sockets) socket.destroy();
  await until(async () => (await node.ring()).whole, 'room for a client');
  t.is((await put(node, 'a', 'x')).status, 201);
  t.is((await get(node, 'a')).status, 200);
});

test('a crowd on its other sockets leaves a node the descriptors it needs to be used', async (t) => {
  const node = await aNode(t, { within: few(256), args: ['echo', 'hello', 'http'].flatMap((role) => ['--serve', `${role}=127.0.0.1:0`]) });
  const ports = node.lines.flatMap(({ role, address }) => (role === undefined ? [] : [Number(String(address).split(':').at(-1))]));
  t.is(ports.length, 3);
  crowd(t, ports, 900, 'x');
  await wait(500);
  t.is((await put(node, 'a', 'x')).status, 201);
  t.is((await get(node, 'a')).status, 200);
});

test('a crowd of clients does not keep a peer from joining', async (t) => {
  const node = await aNode(t, { within: few(200) });
  const crowding = crowd(t, [Number(node.port)], 100, 'GET /ring HTTP/1.1\r\nHost: x\r\n\r\n');
  await node.said(({ msg }) => msg === 'more than 36 connections: those beyond are closed', 'that it is full');
  const newcomer = await aNode(t, { join: node });
  await until(async () => (await newcomer.ring()).members.length === 2, 'a member more');
  for (const socket of crowding) socket.destroy();
  await whole([node, newcomer]);
  t.is((await put(newcomer, 'a', 'x')).status, 201);
  t.is((await get(node, 'a')).status, 200);
});
