import test from 'ava';
import { aRing } from './a-ring.js';
import { get, put, remove, sha256, someBytes, urlOf } from './files.js';

test('R12 a file put on any node is got from every node, byte for byte, and a miss is remembered nowhere', async (t) => {
  const nodes = await aRing(t, 3);
  for (const [i, node] of nodes.entries()) {
    const bytes = someBytes(10_000 + i);
    const stored = await put(node, `file-${i}`, bytes, { 'coring-require-copies': '3' });
    t.is(stored.status, 201, stored.body);
    t.is(stored.headers.get('coring-copies'), '3/3');
    t.is(stored.headers.get('coring-grade'), 'strong');
    for (const reader of nodes) {
      const got = await get(reader, `file-${i}`);
      t.is(got.status, 200);
      t.deepEqual(got.bytes, bytes);
      t.is(got.headers.get('etag'), `"${sha256(bytes)}"`);
    }
  }
  for (const node of nodes) t.is((await get(node, 'never-put')).status, 404);
  const list = (await (await fetch(`${nodes[1]!.url}/files/`)).json()) as { files: { name: string }[] };
  t.deepEqual(list.files.map(({ name }) => name), ['file-0', 'file-1', 'file-2']);
});

test('F01 PUT, GET, HEAD and DELETE work with any name that is one', async (t) => {
  const nodes = await aRing(t, 3);
  const names = ['a', 'with space.txt', 'deep/er/path.bin', 'ünïcödé/日本語.txt', 'per%cent', 'q?mark&=', `long-${'x'.repeat(1000)}`, '🙂'];
  for (const [i, name] of names.entries()) {
    const bytes = someBytes(i * 37);
    t.is((await put(nodes[i % 3]!, name, bytes)).status, 201, name);
    const got = await get(nodes[(i + 1) % 3]!, name);
    t.deepEqual(got.bytes, bytes, name);
    const head = await fetch(urlOf(nodes[(i + 2) % 3]!, name), { method: 'HEAD' });
    t.is(head.status, 200);
    t.is(head.headers.get('content-length'), String(bytes.length));
    t.is(await remove(nodes[i % 3]!, name), 204);
    t.is((await get(nodes[(i + 2) % 3]!, name)).status, 404);
    t.is(await remove(nodes[(i + 1) % 3]!, name), 404);
  }
});

test('R15 1 000 clients at once each get the answer to their own request', async (t) => {
  const nodes = await aRing(t, 3);
  for (let i = 0; i < 50; i++) await put(nodes[i % 3]!, `own-${i}`, `body of ${i} `.repeat(20 + i));
  await Promise.all(
    Array.from({ length: 1000 }, async (_, i) => {
      const got = await get(nodes[0]!, `own-${i % 50}`, {}, 60_000);
      if (Buffer.from(got.bytes).toString() !== `body of ${i % 50} `.repeat(20 + (i % 50))) throw new Error(`client ${i} got something else`);
    }),
  );
  t.pass();
});

test('R14 two PUTs of one name at two nodes at once converge to one version everywhere', async (t) => {
  const nodes = await aRing(t, 3);
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all(nodes.map((node, i) => put(node, 'contended', `round ${round} from ${i}`)));
    t.true(answers.every(({ status }) => status === 201 || status === 200), JSON.stringify(answers));
    const seen = await Promise.all(nodes.map(async (node) => Buffer.from((await get(node, 'contended')).bytes).toString()));
    t.is(new Set(seen).size, 1, seen.join());
  }
});

test('F06 of many conditional creates at once one wins, and a stale If-Match is refused', async (t) => {
  const nodes = await aRing(t, 3);
  const answers = await Promise.all(Array.from({ length: 9 }, (_, i) => put(nodes[i % 3]!, 'once', `by ${i}`, { 'if-none-match': '*' })));
  t.deepEqual(answers.map(({ status }) => status).sort((a, b) => a - b), [201, ...Array<number>(8).fill(412)], answers.map(({ body }) => body).join());
  const { headers } = await get(nodes[0]!, 'once');
  const swaps = await Promise.all(nodes.map((node, i) => put(node, 'once', `swap ${i}`, { 'if-match': headers.get('etag')! })));
  t.deepEqual(swaps.map(({ status }) => status).sort((a, b) => a - b), [200, 412, 412]);
});

test('F12 a request repeated with its Idempotency-Key is done once, at whatever node', async (t) => {
  const nodes = await aRing(t, 3);
  const first = await put(nodes[0]!, 'repeated', 'one', { 'idempotency-key': 'k1' });
  await put(nodes[1]!, 'repeated', 'two');
  const again = await put(nodes[2]!, 'repeated', 'one', { 'idempotency-key': 'k1' });
  t.is(again.headers.get('coring-version'), first.headers.get('coring-version'));
  t.is(Buffer.from((await get(nodes[0]!, 'repeated')).bytes).toString(), 'two');
});

test('F02 a single Range is served from any node', async (t) => {
  const nodes = await aRing(t, 4, ['--copies', '1']);
  const bytes = someBytes(1_000_000);
  await put(nodes[0]!, 'ranged', bytes);
  for (const node of nodes) {
    const part = await get(node, 'ranged', { range: 'bytes=999-500998' });
    t.is(part.status, 206);
    t.is(part.headers.get('content-range'), 'bytes 999-500998/1000000');
    t.deepEqual(part.bytes, bytes.slice(999, 500_999));
    t.is((await get(node, 'ranged', { range: 'bytes=2000000-' })).status, 416);
  }
});
