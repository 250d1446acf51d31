import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openFileStore, type Store } from '../src/index.js';
import { SLICE_BYTES } from '../src/compaction.js';
import { aFolder } from './a-folder.js';
import { contentOf, patterned, put, version } from './putting.js';
import { SEGMENT_HEADER_BYTES } from '../src/log/segment-header.js';
import { CrashingFiles } from './crashing-files.js';

const log = { segment: 64 * 1024, ahead: 8 * 1024 };

/** Replaces one file over and over, beside some that stay. */
async function churn(store: Store, rounds: number): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    await store.commit([
      { do: 'keep', name: 'busy', version: version(round), token: store.take(patterned(4000)) },
      { do: 'drop', name: 'busy', version: version(round - 1) },
      { do: 'put', space: 'register', key: 'busy', value: { round } },
    ]);
  }
}

async function logBytes(dir: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(join(dir, 'log'))) bytes += (await stat(join(dir, 'log', name))).size;
  return bytes;
}

test('garbage gives its room back, and what counts stays', async (t) => {
  const dir = await aFolder(t);
  const { store } = await openFileStore(dir, { log });
  for (let i = 0; i < 20; i++) await put(store, `quiet ${i}`, 1, `content ${i}`);
  await put(store, 'large', 1, 'x'.repeat(100_000));
  await store.commit([{ do: 'put', space: 'ring', key: 'self', value: 'me' }]);
  await churn(store, 150);
  await store.close();
  t.true((await logBytes(dir)) < 5 * log.segment, `${await logBytes(dir)} bytes`);

  for (const keepsSnapshot of [true, false]) {
    if (!keepsSnapshot) await rm(join(dir, 'index'));
    const { store: again } = await openFileStore(dir, { log });
    for (let i = 0; i < 20; i++) t.is(await contentOf(again, { name: `quiet ${i}`, version: version(1) }), `content ${i}`);
    t.is((await contentOf(again, { name: 'large', version: version(1) }))?.length, 100_000);
    t.is(await again.get('ring', 'self'), 'me');
    t.deepEqual(again.kept('busy'), [version(150)]);
    t.deepEqual(await again.get('register', 'busy'), { round: 150 });
    t.like(await again.figures(), { files: 22, bytes: 100_000 + 4000 + 190 });
    await again.close();
  }
});

test('deleted things do not come back when the log is tidied up and read from its begin', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openFileStore('/data', { files, log });
  for (let i = 0; i < 20; i++) {
    await put(store, `gone ${i}`, 1, 'x');
    await store.commit([{ do: 'put', space: 'register', key: `gone ${i}`, value: 1 }]);
  }
  await churn(store, 30);
  for (let i = 0; i < 20; i++) {
    await store.commit([{ do: 'drop', name: `gone ${i}`, version: version(1) }, { do: 'delete', space: 'register', key: `gone ${i}` }]);
  }
  await churn(store, 300);
  await store.close();
  t.false((await files.list('/data/log')).includes('00000001'));
  await files.remove('/data/index');
  const { store: again } = await openFileStore('/data', { files, log });
  t.teardown(() => again.close());
  t.deepEqual(await again.names('register', { prefix: '', after: '', limit: 99 }), ['busy']);
  t.like(await again.figures(), { files: 1 });
});

test('what is read while the log is tidied up is there all the time', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openFileStore('/data', { files, log });
  t.teardown(() => store.close());
  await put(store, 'quiet', 1, 'always');
  await store.commit([{ do: 'put', space: 'ring', key: 'self', value: 'me' }]);
  let isOver = false;
  const churning = churn(store, 400).then(() => (isOver = true));
  while (!isOver) {
    t.is(await contentOf(store, { name: 'quiet', version: version(1) }), 'always');
    t.is(await store.get('ring', 'self'), 'me');
  }
  await churning;
  t.false((await files.list('/data/log')).includes('00000001'));
});

test('a segment that a crash left behind does not bring back what was deleted', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openFileStore('/data', { files, log });
  await put(store, 'gone', 1, 'x');
  await churn(store, 20);
  await store.commit([{ do: 'drop', name: 'gone', version: version(1) }]);
  const remove = files.remove.bind(files);
  // The removal of the first segment never comes to the disk.
  files.remove = async (path) => (path.endsWith('00000001') ? undefined : remove(path));
  await churn(store, 300);
  await store.close();
  await remove('/data/index');
  t.true((await files.list('/data/log')).includes('00000001'));
  files.remove = remove;
  const { store: again } = await openFileStore('/data', { files, log });
  t.deepEqual(again.kept('gone'), []);
  t.false((await files.list('/data/log')).includes('00000001'));
  await again.close();
});

test('what is committed while a large segment is tidied up waits for one slice of it, and shares the next', async (t) => {
  const files = new CrashingFiles();
  const frames = framesWrittenTo(files);
  const { store } = await openFileStore('/data', { files, log: { segment: 4 * 1024 * 1024, ahead: 64 * 1024 } });
  t.teardown(() => store.close());
  const content = patterned(60_000);
  const putSixteen = (name: string, time: number): Promise<void> =>
    store.commit(Array.from({ length: 16 }, (_, i) => i).flatMap((i) => [
      { do: 'keep', name: `${name} ${i}`, version: version(time), token: store.take(content) },
      { do: 'drop', name: `${name} ${i}`, version: version(time - 1) },
    ]));
  // Frames of nearly 1 MB, which fill the first segment and stay.
  for (const name of ['quiet a', 'quiet b', 'quiet c', 'quiet d']) await putSixteen(name, 1);

  const asked: { readonly key: string; readonly during: number; readonly isUnderWay: Promise<boolean> }[] = [];
  frames.onBegun = (frame) => {
    if (!frame.includes('quiet') || frame.includes('busy')) return;
    const key = `asked ${asked.length}.`;
    const isUnderWay = store.commit([{ do: 'put', space: 's', key, value: 1 }]).then(async () => (await files.list('/data/log')).includes('00000001'));
    asked.push({ key, during: frames.begun.length - 1, isUnderWay });
  };
  for (let round = 1; asked.length === 0; round++) await putSixteen('busy', round);
  while ((await files.list('/data/log')).includes('00000001')) await new Promise((resolve) => setImmediate(resolve));

  t.true(asked.length > 10, `${asked.length} slices`);
  const sliceMax = SLICE_BYTES + 2 * content.length;
  for (const { key, during, isUnderWay } of asked.slice(0, -1)) {
    t.true(await isUnderWay, `${key} came through before the end`);
    const own = frames.begun.findIndex((frame) => frame.includes(key));
    t.is(own, during + 1, key);
    // The first may share its frame with the last of those that made the garbage.
    const moved = [frames.begun[during]!, frames.begun[own]!].filter((frame) => !frame.includes('busy'));
    for (const frame of moved) t.true(frame.length < sliceMax, `${frame.length} bytes`);
  }
});

/** Frames in the order in which their writing begins. */
function framesWrittenTo(files: CrashingFiles): { readonly begun: Buffer[]; onBegun: (frame: Buffer) => void } {
  const frames = { begun: [] as Buffer[], onBegun: (_frame: Buffer): void => undefined };
  const open = files.open.bind(files);
  files.open = async (path, how) => {
    const file = await open(path, how);
    const write = async (position: number, bytes: Uint8Array): Promise<void> => {
      const frame = Buffer.from(bytes);
      if (frame.subarray(0, 4).toString() === 'CrF2') {
        frames.begun.push(frame);
        frames.onBegun(frame);
      }
      await file.write(position, bytes);
    };
    return { ...file, write };
  };
  return frames;
}

test('what lies behind a damaged frame is not tidied away', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openFileStore('/data', { files, log });
  await put(store, 'before', 1, 'one');
  await put(store, 'behind', 1, 'two');
  const segment = await files.open('/data/log/00000001', 'update');
  const second = (await segment.read(0, 4096)).indexOf('CrF2', SEGMENT_HEADER_BYTES + 4);
  await segment.write(second, Buffer.from('CrF?'));
  await segment.close();
  await churn(store, 300);
  await store.close();
  const { store: again } = await openFileStore('/data', { files, log });
  t.teardown(() => again.close());
  t.is(await contentOf(again, { name: 'before', version: version(1) }), 'one');
  t.is(await contentOf(again, { name: 'behind', version: version(1) }), 'two');
});

for (const [what, harm] of [
  ['missing', (path: string) => rm(path)],
  ['torn', async (path: string) => writeFile(path, (await readFile(path)).subarray(0, 300))],
  ['damaged', (path: string) => flip(path, 200)],
  ['damaged where it tells a length', async (path: string) => writeFile(path, (await readFile(path)).fill(0xff, 0, 4))],
  ['of another node', (path: string) => flip(path, 30)],
  ['empty', (path: string) => writeFile(path, '')],
] as const) {
  test(`a snapshot that is ${what} does no harm`, async (t) => {
    const dir = await aFolder(t);
    const { store } = await openFileStore(dir, { log });
    await churn(store, 20);
    for (let i = 0; i < 20; i++) await put(store, `quiet ${i}`, 1, `content ${i}`);
    const digests = store.digests();
    await store.close();
    await harm(join(dir, 'index'));
    await checkQuiet(t, dir, digests);
  });
}

test('an old snapshot and the log that went on come to the same', async (t) => {
  const dir = await aFolder(t);
  const { store } = await openFileStore(dir, { log });
  await churn(store, 20);
  await store.close();
  const old = await readFile(join(dir, 'index'));
  const { store: second } = await openFileStore(dir, { log });
  for (let i = 0; i < 20; i++) await put(second, `quiet ${i}`, 1, `content ${i}`);
  const digests = second.digests();
  await second.close();
  await writeFile(join(dir, 'index'), old);
  await checkQuiet(t, dir, digests);
});

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at]! ^= 1;
  await writeFile(path, bytes);
}

async function checkQuiet(t: ExecutionContext, dir: string, digests: ReadonlyMap<number, string>): Promise<void> {
  const { store } = await openFileStore(dir, { log });
  t.deepEqual(store.digests(), digests);
  for (let i = 0; i < 20; i++) t.is(await contentOf(store, { name: `quiet ${i}`, version: version(1) }), `content ${i}`);
  t.deepEqual(await store.get('register', 'busy'), { round: 20 });
  await store.close();
}
