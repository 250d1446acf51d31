import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { aFolder, aNode, aProcess, aRing, type TestNode, until, whole } from './a-ring.js';
import { get, put } from './files.js';

test('R04 a joiner lands right after the node it named', async (t) => {
  const a = await aNode(t);
  const b = await aNode(t, { join: a });
  const c = await aNode(t, { join: a });
  await whole([a, b, c]);
  for (const node of [a, b, c]) {
    const ring = await node.ring();
    const order = ring.nodes.map(({ nodeId }) => nodeId);
    t.deepEqual(order, [a, c, b].map(({ nodeId }) => nodeId));
    const at = order.indexOf(node.nodeId);
    t.is(ring.next, order[(at + 1) % 3]!);
    t.is(ring.previous, order[(at + 2) % 3]!);
  }
});

test('R05 simultaneous joins at different members end in one ring, and each node is linked to its neighbours in it', async (t) => {
  const first = await aRing(t, 3);
  const more = await Promise.all(Array.from({ length: 6 }, (_, i) => aNode(t, { join: first[i % 3]! })));
  await whole([...first, ...more], 60_000);
  const rings = await Promise.all([...first, ...more].map((node) => node.ring()));
  const order = rings[0]!.nodes.map(({ nodeId }) => nodeId);
  for (const { self, nodes, previous, next } of rings) {
    t.deepEqual(nodes.map(({ nodeId }) => nodeId), order);
    const at = order.indexOf(self);
    t.deepEqual([previous, next], [order.at(at - 1), order[(at + 1) % order.length]]);
  }
});

test('R10 CHECK goes round, comes home and is shown at every node with -v', async (t) => {
  const nodes = await aRing(t, 3);
  for (const node of nodes) await node.said(({ msg }) => /^CHECK \S+ hop \d+ of /.test(String(msg)), 'a CHECK hop');
  await until(async () => (await Promise.all(nodes.map((node) => node.ring()))).every(({ lastCheck }) => lastCheck?.complete === true && lastCheck.hops === 3), 'a lap that everybody knows of');
  t.pass();
});

test('R13 with --copies all every node answers from its own store, a later joiner too', async (t) => {
  const nodes = await aRing(t, 4, ['--copies', 'all']);
  const stored = await put(nodes[0]!, 'everywhere', 'all of us');
  t.is(stored.headers.get('coring-copies'), '4/4');
  const fifth = await aNode(t, { join: nodes[2]! });
  await whole([...nodes, fifth]);
  for (const node of [...nodes, fifth]) {
    await until(async () => (await get(node, 'everywhere')).headers.get('coring-hops') === '0', `${node.address} to have its own copy`);
    t.is(Buffer.from((await get(node, 'everywhere')).bytes).toString(), 'all of us');
  }
});

test('R23 a GET at a node without a copy is forwarded, and seen to be', async (t) => {
  const nodes = await aRing(t, 5, ['--copies', '1']);
  await put(nodes[0]!, 'lonely', 'one copy');
  let forwarded = 0;
  for (const node of nodes) {
    const got = await get(node, 'lonely');
    t.is(Buffer.from(got.bytes).toString(), 'one copy');
    if (Number(got.headers.get('coring-hops')) >= 1) {
      forwarded++;
      await node.said(({ msg }) => String(msg).startsWith('FORWARD GET'), 'a FORWARD');
    }
  }
  // The owner answers by itself, and the node that took the PUT may still have its upload.
  t.true(forwarded >= 3);
});

test('R23 with --copies all a PUT goes round and comes home', async (t) => {
  const nodes = await aRing(t, 6, ['--copies', 'all']);
  const stored = await put(nodes[3]!, 'round', 'and round');
  t.is(stored.headers.get('coring-copies'), '6/6');
  for (const node of nodes) await node.said(({ msg }) => String(msg).startsWith('FORWARD PUT fill'), 'the PUT going round');
});

test('R24 all of 127.0.0.0/8 is loopback; beyond it a secret is asked for', async (t) => {
  const a = await aNode(t, { listen: '127.0.0.1:0' });
  const b = await aNode(t, { listen: '127.7.7.7:0', join: a });
  await whole([a, b]);
  const open = await aProcess(t, { listen: '0.0.0.0:0' });
  t.is((await open.exited).code, 2);
  t.regex(open.stderr, /^ring-node: .*--secret-file.*\n$/);
});

test('R24 a node that listens on all interfaces is told to others by an address that they reach', async (t) => {
  const a = await aNode(t, { listen: '0.0.0.0:0', args: ['--insecure'] });
  const b = await aNode(t, { listen: '0.0.0.0:0', args: ['--insecure'], join: { address: `127.0.0.1:${a.port}` } });
  await until(async () => (await b.ring()).nodes.length === 2 && (await b.ring()).whole, 'the two to join');
  for (const { address } of (await b.ring()).nodes) t.notRegex(address, /^(0\.0\.0\.0|\[::\])/);
});

test('R02 IPv6 loopback and names are addresses like any other', async (t) => {
  const a = await aNode(t, { listen: '[::1]:0' });
  const b = await aNode(t, { listen: 'localhost:0', join: a });
  await until(async () => (await a.ring()).whole && (await a.ring()).nodes.length === 2, 'the two to join');
  t.is((await b.ring()).nodes.length, 2);
});

test('R17 a node with the wrong secret, or none, gets nowhere', async (t) => {
  const folder = await aFolder(t);
  const [right, wrong] = [join(folder, 'right'), join(folder, 'wrong')];
  await writeFile(right, 'the right secret of this ring', { mode: 0o600 });
  await writeFile(wrong, 'another secret altogether', { mode: 0o600 });
  const a = await aNode(t, { args: ['--secret-file', right] });
  const b = await aNode(t, { args: ['--secret-file', right], join: a });
  await whole([a, b]);
  for (const args of [['--secret-file', wrong], []]) {
    const stranger = await aProcess(t, { args, join: a });
    t.is((await stranger.exited).code, 1);
    t.regex(stranger.stderr, /^ring-node: .*\n$/);
  }
  t.is((await a.ring()).nodes.length, 2);
});

test('R04 a node of one ring is refused by another, and a joiner with other settings too', async (t) => {
  const [a, b] = [await aNode(t), await aNode(t)] as [TestNode, TestNode];
  await put(b, 'mine', 'of ring b');
  await b.kill();
  const astray = await aProcess(t, { data: b.data, join: a });
  t.is((await astray.exited).code, 1);
  t.regex(astray.stderr, /ring/);
  const other = await aProcess(t, { args: ['--copies', '2'], join: a });
  t.is((await other.exited).code, 2);
  t.is(other.stderr.trim().split('\n').length, 1);
});
