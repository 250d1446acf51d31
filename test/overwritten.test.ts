import test from 'ava';
import { aRing, type TestNode, until, whole } from './a-ring.js';
import { census, getStrong, put, remove, sha256, someBytes } from './files.js';

const COPIES = { 'coring-require-copies': '3' };
/** In the log of the store, and a file of its own. */
const sizes = [100, 300_000];

test('what was overwritten, deleted and made again while a node was away is new at that node too, and nobody keeps an old version', async (t) => {
  t.timeout(180_000);
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  for (const size of sizes) for (const kind of ['overwritten', 'made-again', 'deleted']) t.is((await put(a, `${kind}-${size}`, someBytes(size), COPIES)).status, 201);
  await c.kill();
  const contents = new Map<string, string | undefined>();
  for (const size of sizes) {
    for (let i = 0; i < 5; i++) await overwrite([a, b][i % 2]!, `overwritten-${size}`, size + i);
    for (let i = 0; i < 3; i++) {
      t.is(await remove([a, b][i % 2]!, `made-again-${size}`), 204);
      await overwrite([b, a][i % 2]!, `made-again-${size}`, size + i);
    }
    await overwrite(a, `deleted-${size}`, size);
    t.is(await remove(b, `deleted-${size}`), 204);
    contents.set(`deleted-${size}`, undefined);
  }

  const nodes = [a, b, await c.again(t)];
  // From the first moment on, whoever is asked.
  await isNew();
  await whole(nodes);
  await isNew();
  const there = [...contents].flatMap(([name, digest]) => (digest === undefined ? [] : [name]));
  await until(async () => JSON.stringify(await keptBy(nodes[2]!)) === JSON.stringify(there.toSorted().map((name) => [name, Array(3).fill('current, sound')])), 'three copies of what is current, and nothing else', 60_000);
  await isNew();

  async function overwrite(node: TestNode, name: string, size: number): Promise<void> {
    const bytes = someBytes(size);
    const { status, headers } = await put(node, name, bytes, { 'coring-require': 'strong' });
    t.true(status === 200 || status === 201);
    t.is(headers.get('coring-grade'), 'strong');
    contents.set(name, sha256(bytes));
  }

  async function isNew(): Promise<void> {
    for (const [name, digest] of contents) {
      for (const node of nodes) {
        const { status, bytes } = await getStrong(node, name);
        t.deepEqual(status === 200 ? sha256(bytes) : status, digest ?? 404, `${name} at ${node.address}`);
      }
    }
  }
});

/** What the nodes keep of each file, whichever version it is. */
async function keptBy(node: TestNode): Promise<[name: string, copies: string[]][]> {
  return (await census(node, { limit: '100' })).map(({ name, copies }) => [name, copies.map(({ role, sound }) => `${role}, ${sound === true ? 'sound' : 'not sound'}`)]);
}
