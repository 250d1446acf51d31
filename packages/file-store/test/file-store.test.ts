import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { giveBackRead, openFileStore } from '../src/index.js';
import { aFolder } from './a-folder.js';
import { storeContract } from './contract.js';
import { contentOf, patterned, put, staged, version } from './putting.js';

const a1 = { name: 'a', version: version(1) };
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
  t.deepEqual(second.store.kept('a'), [version(2)]);
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
  t.is((await readdir(join(dir, 'large'))).length, 2);
  const again = await openFileStore(dir);
  t.teardown(() => again.store.close());
  t.deepEqual(await readdir(join(dir, 'large')), []);
  t.is(await again.store.read({ token }), undefined);
});

test('a flipped bit is noticed at the block that has it, and nothing false is given', async (t) => {
  const { dir, store } = await aStoreWith(t, patterned(3_000_000));
  await overwrite(await onlyLarge(dir), 2_000_000, Buffer.from([0xff, 0xff]));
  const sound = await store.read({ name: 'a', version: version(1) }, { start: 0, end: 1_048_576 });
  t.true(Buffer.concat((await sound!.stream.toArray()) as Buffer[]).equals(patterned(1_048_576)));
  const opened = await store.read({ name: 'a', version: version(1) });
  await t.throwsAsync(opened!.stream.toArray(), { code: 'damaged' });
});

test('a flipped bit in small content is noticed, there alone, also after a restart', async (t) => {
  const { dir, store } = await aStoreWith(t, Buffer.from('hello'));
  await put(store, 'b', 1, 'sound');
  await overwriteIn(join(dir, 'log', '00000001'), 'hello', 'heLlo');
  await t.throwsAsync(store.read(a1), { code: 'damaged' });
  await store.close();
  const { store: again } = await openFileStore(dir);
  t.teardown(() => again.close());
  await t.throwsAsync(again.read(a1), { code: 'damaged' });
  t.is(await contentOf(again, { name: 'b', version: version(1) }), 'sound');
  await put(again, 'a', 1, 'hello');
  t.is(await contentOf(again, a1), 'hello');
});

test('a flipped bit in a record is noticed', async (t) => {
  const { dir, store } = await aStoreWith(t, Buffer.from('hello'));
  await store.commit([{ do: 'put', space: 's', key: 'k', value: 'promise' }]);
  await overwriteIn(join(dir, 'log', '00000001'), 'promise', 'pr0mise');
  await t.throwsAsync(store.get('s', 'k'), { code: 'damaged' });
});

test('content that was cut short is noticed', async (t) => {
  const { dir, store } = await aStoreWith(t, patterned(600_000));
  const file = await open(await onlyLarge(dir), 'r+');
  await file.truncate(600_000 - 3);
  await file.close();
  await t.throwsAsync(contentOf(store, a1), { code: 'damaged' });
});

test('bytes that somebody removed are damaged, and keeping them anew mends them', async (t) => {
  const { dir, store } = await aStoreWith(t, patterned(600_000));
  await rm(await onlyLarge(dir));
  await t.throwsAsync(store.read(a1), { code: 'damaged' });
  await store.commit([{ do: 'keep', ...a1, token: await staged(store, patterned(600_000)) }]);
  t.true((await store.read(a1)) !== undefined);
});

test('a stream that is given up closes its file', async (t) => {
  const { store } = await aStoreWith(t, patterned(3_000_000));
  const before = (await readdir('/proc/self/fd').catch(() => [])).length;
  for (let i = 0; i < 50; i++) {
    const opened = await store.read({ name: 'a', version: version(1) });
    const closed = new Promise((resolve) => opened!.stream.once('close', resolve));
    opened!.stream.destroy();
    await closed;
  }
  t.true((await readdir('/proc/self/fd').catch(() => [])).length < before + 25);
});

test('memory of what was read is used anew once it is given back, and not before', async (t) => {
  const content = patterned(5_000_000);
  const { store } = await aStoreWith(t, content);
  const seen = new Set<ArrayBufferLike>();
  for (let round = 0; round < 5; round++) {
    const [kept, given] = await Promise.all([store.read(a1), store.read(a1)]);
    const keptChunks: Buffer[] = [];
    const readAll = async () => {
      for await (const chunk of kept!.stream as AsyncIterable<Buffer>) keptChunks.push(chunk);
    };
    const giveAllBack = async () => {
      let position = 0;
      for await (const chunk of given!.stream as AsyncIterable<Buffer>) {
        t.true(chunk.equals(content.subarray(position, (position += chunk.length))));
        seen.add(chunk.buffer);
        giveBackRead(chunk);
        // A second time it is nobody's to give.
        giveBackRead(chunk);
      }
    };
    await Promise.all([readAll(), giveAllBack()]);
    t.true(Buffer.concat(keptChunks).equals(content), 'what is not given back stays as it is');
  }
  t.true(seen.size < 25, `${seen.size} pieces of memory for 25 chunks`);
});

test('memory that comes from elsewhere cannot be given to the store', async (t) => {
  const content = patterned(3_000_000);
  const { store } = await aStoreWith(t, content);
  const own = Buffer.alloc(1_048_576, 'own');
  for (let i = 0; i < 20; i++) giveBackRead(own);
  t.is((await store.read(a1).then((opened) => opened!.stream.toArray())).length, 3);
  t.true(own.equals(Buffer.alloc(1_048_576, 'own')));
});

async function aStoreWith(t: ExecutionContext, content: Buffer): Promise<{ dir: string; store: Awaited<ReturnType<typeof openFileStore>>['store'] }> {
  const dir = await aFolder(t);
  const { store } = await openFileStore(dir);
  t.teardown(() => store.close());
  await store.commit([{ do: 'keep', name: 'a', version: version(1), token: await staged(store, content) }]);
  return { dir, store };
}

async function onlyLarge(dir: string): Promise<string> {
  const names = await readdir(join(dir, 'large'));
  return join(dir, 'large', names[0]!);
}

async function overwrite(path: string, position: number, bytes: Buffer): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, position);
  await file.close();
}

async function overwriteIn(path: string, text: string, by: string): Promise<void> {
  await overwrite(path, (await readFile(path)).indexOf(text), Buffer.from(by));
}
