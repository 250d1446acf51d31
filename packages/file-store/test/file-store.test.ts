import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openFileStore } from '../src/index.js';
import { aFolder } from './a-folder.js';
import { contentOf, patterned, put, staged, storeContract, version } from './contract.js';

const folders: string[] = [];
test.after.always(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

storeContract(test, 'file store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coring-store-'));
  folders.push(folder);
  return (await openFileStore(folder)).store;
});

test('what was committed is there after a restart, under the same node', async (t) => {
  const dir = join(await aFolder(t), 'not', 'yet', 'made');
  const first = await openFileStore(dir);
  t.true(first.isNew);
  t.regex(first.nodeId, /^[0-9a-f]{32}$/);
  await put(first.store, 'a', 1, 'hello');
  await put(first.store, 'a', 2, 'world');
  await first.store.commit([{ do: 'put', space: 'files', key: 'a', value: { x: 'ä' } }, { do: 'drop', name: 'a', version: version(1) }]);
  const [digests, figures] = [first.store.digests(), await first.store.figures()];
  await first.store.close();

  const second = await openFileStore(dir);
  t.teardown(() => second.store.close());
  t.is(second.nodeId, first.nodeId);
  t.false(second.isNew);
  t.is(await contentOf(second.store, { name: 'a', version: version(2) }), 'world');
  t.deepEqual(await second.store.kept('a'), [version(2)]);
  t.deepEqual(await second.store.get('files', 'a'), { x: 'ä' });
  t.deepEqual(second.store.digests(), digests);
  t.like(await second.store.figures(), { files: figures.files, bytes: figures.bytes });
});

test('uploads that nobody kept are gone after a restart', async (t) => {
  const dir = await aFolder(t);
  const { store } = await openFileStore(dir);
  const half = await store.stage();
  await half.write(patterned(100_000));
  const token = await staged(store, patterned(100_001));
  await store.close();
  t.is((await readdir(join(dir, 'staging'))).length, 2);
  const again = await openFileStore(dir);
  t.teardown(() => again.store.close());
  t.deepEqual(await readdir(join(dir, 'staging')), []);
  t.is(await again.store.read({ token }), undefined);
});

test('the files of a store are as layout.ts shows them', async (t) => {
  const dir = await aFolder(t);
  const { store } = await openFileStore(dir);
  const token = await staged(store, Buffer.from('abc'));
  const stamp = { time: 1_790_000_000_000_000, node: '0f'.repeat(16) };
  await store.commit([
    { do: 'keep', name: 'a.txt', version: stamp, token },
    { do: 'put', space: 'register', key: 'a.txt', value: { size: 3 } },
  ]);
  await store.close();
  const lines = (await readFile(join(dir, 'journal'), 'utf8')).split('\n');
  t.is(lines[1], '82e98553 [["keep","a.txt",1790000000000000,"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",3],["put","register","a.txt",{"size":3}]]');
  t.is((await readFile(await onlyBytes(dir))).toString('hex'), ['616263', '352441c2', '0000000000000003', 'bf5a6dc4', '43524731'].join(''));
  t.deepEqual((await readdir(dir)).sort(), ['bytes', 'coring.json', 'journal', 'staging']);
});

test('a flipped bit is noticed at the block that has it, and nothing false is given', async (t) => {
  const { dir, store } = await aStoreWith(t, patterned(600_000));
  await overwrite(await onlyBytes(dir), 300_000, Buffer.from([0xff, 0xff]));
  const sound = await store.read({ name: 'a', version: version(1) }, { start: 0, end: 65_536 });
  t.true(Buffer.concat((await sound!.stream.toArray()) as Buffer[]).equals(patterned(65_536)));
  const opened = await store.read({ name: 'a', version: version(1) });
  await t.throwsAsync(opened!.stream.toArray(), { code: 'damaged' });
});

test('a flipped bit in small content is noticed', async (t) => {
  const { dir, store } = await aStoreWith(t, Buffer.from('hello'));
  await overwrite(await onlyBytes(dir), 2, Buffer.from('L'));
  await t.throwsAsync(contentOf(store, { name: 'a', version: version(1) }), { code: 'damaged' });
});

for (const size of [5, 600_000]) {
  test(`content of ${size} bytes that was cut short is noticed`, async (t) => {
    const { dir, store } = await aStoreWith(t, patterned(size));
    const file = await open(await onlyBytes(dir), 'r+');
    await file.truncate(size - 3);
    await file.close();
    await t.throwsAsync(contentOf(store, { name: 'a', version: version(1) }), { code: 'damaged' });
  });
}

test('bytes that somebody removed are damaged, and keeping them anew mends them', async (t) => {
  const { dir, store } = await aStoreWith(t, Buffer.from('hello'));
  await rm(await onlyBytes(dir));
  await t.throwsAsync(store.read({ name: 'a', version: version(1) }), { code: 'damaged' });
  await put(store, 'a', 1, 'hello');
  t.is(await contentOf(store, { name: 'a', version: version(1) }), 'hello');
});

test('a stream that is given up closes its file', async (t) => {
  const { store } = await aStoreWith(t, patterned(1_000_000));
  const before = (await readdir('/proc/self/fd').catch(() => [])).length;
  for (let i = 0; i < 50; i++) {
    const opened = await store.read({ name: 'a', version: version(1) });
    const closed = new Promise((resolve) => opened!.stream.once('close', resolve));
    opened!.stream.destroy();
    await closed;
  }
  t.true((await readdir('/proc/self/fd').catch(() => [])).length < before + 25);
});

async function aStoreWith(t: ExecutionContext, content: Buffer): Promise<{ dir: string; store: Awaited<ReturnType<typeof openFileStore>>['store'] }> {
  const dir = await aFolder(t);
  const { store } = await openFileStore(dir);
  t.teardown(() => store.close());
  await store.commit([{ do: 'keep', name: 'a', version: version(1), token: await staged(store, content) }]);
  return { dir, store };
}

async function onlyBytes(dir: string): Promise<string> {
  const names = await readdir(join(dir, 'bytes'), { recursive: true });
  return join(dir, 'bytes', names.find((name) => name.length > 2)!);
}

async function overwrite(path: string, position: number, bytes: Buffer): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, position);
  await file.close();
}
