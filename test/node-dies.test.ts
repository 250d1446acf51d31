import test from 'ava';
import { aNode, aRing, type TestNode, until, whole } from './a-ring.js';
import { get, put, sha256, someBytes } from './files.js';

test('R06 a hung node leaves the ring in bounded time and comes back by itself', async (t) => {
  const nodes = await aRing(t, 3);
  const [a, b, c] = nodes as [TestNode, TestNode, TestNode];
  b.signal('SIGSTOP');
  t.teardown(() => b.signal('SIGCONT'));
  await until(async () => (await stateSeen(a, b)) === 'down' && (await stateSeen(c, b)) === 'down', 'the hung node to be down', 15_000);
  const ring = await a.ring();
  t.is(ring.next, c.nodeId);
  t.is(ring.previous, c.nodeId);
  t.is((await put(a, 'meanwhile', 'written')).status, 201);
  b.signal('SIGCONT');
  await whole(nodes);
  t.is(Buffer.from((await get(b, 'meanwhile')).bytes).toString(), 'written');
});

test('R06 a killed node leaves the ring in bounded time', async (t) => {
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  await b.kill();
  await until(async () => (await stateSeen(a, b)) === 'down' && (await stateSeen(c, b)) === 'down', 'the dead node to be down', 15_000);
  t.is((await a.ring()).state, 'degraded');
});

test('R07 a node dies during PUT and GET: nothing acknowledged is lost and nobody hangs', async (t) => {
  const nodes = await aRing(t, 3);
  const [a, b, c] = nodes as [TestNode, TestNode, TestNode];
  const acknowledged = new Map<string, string>();
  const refused: string[] = [];
  let stop = false;
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let i = 0; !stop; i++) {
      const name = `c${client}/${i}`;
      const bytes = someBytes(2000);
      try {
        const stored = await put(i % 2 === 0 ? a : c, name, bytes, {}, 12_000);
        if (stored.status === 201) acknowledged.set(name, sha256(bytes));
        else refused.push(`${stored.status} ${stored.body}`);
        if (acknowledged.has(name)) await get(i % 2 === 0 ? c : a, name, {}, 12_000);
      } catch (error) {
        throw new Error(`a request to a living node got no answer: ${(error as Error).message}`, { cause: error });
      }
    }
  });
  await until(() => acknowledged.size > 100, 'a hundred files');
  await b.kill();
  const atDeath = acknowledged.size;
  await until(() => acknowledged.size > atDeath + 200, 'writes to go on', 20_000);
  stop = true;
  await Promise.all(clients);
  for (const node of [a, c]) {
    for (const [name, digest] of acknowledged) {
      const got = await get(node, name);
      if (got.status !== 200 || sha256(got.bytes) !== digest) throw new Error(`${name} at ${node.address}: ${got.status}`);
    }
  }
  t.log(`${acknowledged.size} acknowledged, ${refused.length} refused`);
  const back = await b.again(t);
  await whole([a, back, c]);
  const sample = [...acknowledged].filter((_, i) => i % 17 === 0);
  for (const [name, digest] of sample) t.is(sha256((await get(back, name)).bytes), digest);
});

test('R08 a node restarted at once takes its old place and keeps its data', async (t) => {
  const nodes = await aRing(t, 3);
  const [a, b, c] = nodes as [TestNode, TestNode, TestNode];
  await put(a, 'kept', 'before the restart');
  const before = await a.ring();
  await b.kill();
  const back = await b.again(t);
  t.is(back.nodeId, b.nodeId);
  await whole([a, back, c]);
  const after = await a.ring();
  t.deepEqual(after.nodes.map(({ nodeId }) => nodeId), before.nodes.map(({ nodeId }) => nodeId));
  const incarnation = (ring: typeof before): number => ring.nodes.find(({ nodeId }) => nodeId === b.nodeId)!.incarnation;
  t.true(incarnation(after) > incarnation(before));
  t.is(Buffer.from((await get(back, 'kept')).bytes).toString(), 'before the restart');
});

test('R08 a node comes back to its ring also when the peer it once named is dead', async (t) => {
  const nodes = await aRing(t, 3);
  const [a, b, c] = nodes as [TestNode, TestNode, TestNode];
  await put(a, 'kept', 'still here');
  await b.kill();
  await a.kill();
  const back = await b.again(t);
  await until(async () => (await stateSeen(c, back)) === 'up' && (await stateSeen(back, c)) === 'up', 'the two to meet');
  t.is((await c.ring()).ringId, (await back.ring()).ringId);
  t.is(Buffer.from((await get(back, 'kept')).bytes).toString(), 'still here');
});

test('two nodes with one dead stay readable and writable, say weak, and agree afterwards', async (t) => {
  const nodes = await aRing(t, 2);
  const [a, b] = nodes as [TestNode, TestNode];
  await put(a, 'old', 'from before');
  await b.kill();
  await until(async () => (await stateSeen(a, b)) === 'down', 'the death to be noticed');
  t.is(Buffer.from((await get(a, 'old')).bytes).toString(), 'from before');
  const stored = await put(a, 'new', 'alone');
  t.is(stored.status, 201, stored.body);
  t.is(stored.headers.get('coring-grade'), 'weak');
  t.is(stored.headers.get('coring-copies'), '1/2');
  t.is(stored.headers.get('coring-state'), 'split');
  t.is((await put(a, 'refused', 'no', { 'coring-require': 'strong' })).status, 503);
  const back = await b.again(t);
  await whole([a, back]);
  await until(async () => (await get(back, 'new')).headers.get('coring-grade') === 'strong', 'the branch to be merged');
  t.is(Buffer.from((await get(back, 'new')).bytes).toString(), 'alone');
  await until(async () => (await get(back, 'new')).headers.get('coring-copies') === '2/2', 'the second copy');
});

test('R09 SIGTERM with an idle client ends a node within 5 s with code 0, and its neighbours close up at once', async (t) => {
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const idle = await fetch(`${b.url}/events`);
  const started = performance.now();
  b.signal('SIGTERM');
  const { code } = await b.exited;
  t.is(code, 0, b.stderr);
  t.true(performance.now() - started < 5000);
  await until(async () => (await a.ring()).next === c.nodeId && (await c.ring()).previous === a.nodeId, 'the neighbours to close up', 1500);
  await idle.body!.cancel().catch(() => undefined);
  const back = await b.again(t);
  await whole([a, back, c]);
});

test('a node that joins later takes over the files that belong on it', async (t) => {
  const nodes = await aRing(t, 3);
  for (let i = 0; i < 60; i++) await put(nodes[i % 3]!, `f${i}`, `content of ${i}`);
  const fourth = await aNode(t, { join: nodes[1]! });
  await whole([...nodes, fourth]);
  await nodes[0]!.kill();
  for (let i = 0; i < 60; i++) {
    const got = await get(fourth, `f${i}`);
    t.is(got.status, 200);
    t.is(Buffer.from(got.bytes).toString(), `content of ${i}`);
  }
});

test('R09 a node told to leave for good hands its files over, and its program ends with code 0', async (t) => {
  const [a, b, c] = (await aRing(t, 3, ['--copies', '1'])) as [TestNode, TestNode, TestNode];
  for (let i = 0; i < 30; i++) await put(a, `f${i}`, `content of ${i}`);
  const asked = await fetch(`${a.url}/ring/leave?node=${c.nodeId}`, { method: 'POST' });
  t.is(asked.status, 200);
  t.is((await c.exited).code, 0, c.stderr);
  await whole([a, b]);
  for (let i = 0; i < 30; i++) t.is(Buffer.from((await get(b, `f${i}`)).bytes).toString(), `content of ${i}`);
});

async function stateSeen(by: TestNode, of: TestNode): Promise<string | undefined> {
  return (await by.ring()).nodes.find(({ nodeId }) => nodeId === of.nodeId)?.state;
}
