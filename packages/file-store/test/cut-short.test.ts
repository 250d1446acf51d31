import test from 'ava';
import { openFileStore, type Store } from '../src/index.js';
import { FRAME_HEADER_BYTES, readFrameHeader } from '../src/log/frame.js';
import { SEGMENT_HEADER_BYTES } from '../src/log/segment-header.js';
import { CrashingFiles } from './crashing-files.js';
import { dir, log, openOn } from './on-crashing-files.js';
import { contentOf, patterned, put, version } from './putting.js';

const FILES = 20;
const BYTES = 10_000;
/** How much is left of a segment: frames of this test are a little longer than their contents. */
const cuts = [
  ['to nothing', 0],
  ['behind its header', SEGMENT_HEADER_BYTES],
  ['within the head of a frame', SEGMENT_HEADER_BYTES + 20],
  ['within the contents of its first frame', BYTES / 2],
  ['within the contents of a later frame', 2.5 * BYTES],
] as const;

async function keepFiles(store: Store): Promise<void> {
  for (let i = 0; i < FILES; i++) {
    await store.commit([{ do: 'keep', name: `${i}`, version: version(1), token: store.take(patterned(BYTES)) }]);
  }
}

async function cut(files: CrashingFiles, segment: string, length: number): Promise<void> {
  const file = await files.open(`${dir}/log/${segment}`, 'update');
  await file.truncate(length);
  await file.sync();
  await file.close();
}

/** Leaves the first two frames of a segment, and nothing behind them, or zeros. */
async function leaveTwoFrames(files: CrashingFiles, segment: string, hasZeros: boolean): Promise<void> {
  const file = await files.open(`${dir}/log/${segment}`, 'update');
  let end = SEGMENT_HEADER_BYTES;
  for (let i = 0; i < 2; i++) end += readFrameHeader(await file.read(end, FRAME_HEADER_BYTES))!.frameLength;
  const size = await file.size();
  await file.truncate(end);
  if (hasZeros) await file.write(end, Buffer.alloc(size - end));
  await file.sync();
  await file.close();
}

for (const hasZeros of [false, true]) {
  test(`a segment before the last that has lost whole frames is damage, ${hasZeros ? 'with zeros in their place' : 'without a byte of them'}`, async (t) => {
    for (const segment of ['00000001', '00000002']) {
      const files = new CrashingFiles();
      const { store } = await openOn(files);
      await keepFiles(store);
      await store.close();
      await files.remove(`${dir}/index`);
      await leaveTwoFrames(files, segment, hasZeros);
      await t.throwsAsync(openOn(files), { code: 'damaged' });
    }
  });

  test(`the oldest segment that has lost whole frames behind a snapshot, ${hasZeros ? 'with zeros in their place' : 'without a byte of them'}, is not tidied away`, async (t) => {
    const files = new CrashingFiles();
    const { store: first } = await openOn(files);
    await keepFiles(first);
    await first.close();
    await leaveTwoFrames(files, '00000001', hasZeros);
    const { store } = await openOn(files);
    for (let i = 0; i < 30; i++) await put(store, 'busy', 1, 'x'.repeat(BYTES));
    await store.close();
    t.true((await files.list(`${dir}/log`)).includes('00000001'));
  });
}

test('a disk that is full at any write changes nothing in what a segment says of the one before', async (t) => {
  for (let refused = 1; refused < 40; refused++) {
    const files = new CrashingFiles();
    const { store } = await openOn(files);
    let writes = 0;
    files.fail = (operation) => {
      if (operation === 'write' && ++writes === refused) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    };
    for (let i = 0; i < FILES; i++) await put(store, `${i}`, 1, 'x'.repeat(BYTES)).catch(() => undefined);
    t.true(writes > refused);
    await store.close();
    await files.remove(`${dir}/index`);
    const { store: again } = await openOn(files);
    await again.close();
  }
});

for (const [where, length] of cuts) {
  test(`a segment before the last that is cut short ${where} is damage, not taken for one without more frames`, async (t) => {
    for (const segment of ['00000001', '00000002']) {
      const files = new CrashingFiles();
      const { store } = await openOn(files);
      await keepFiles(store);
      await store.close();
      t.true((await files.list(`${dir}/log`)).includes('00000003'));
      await files.remove(`${dir}/index`);
      await cut(files, segment, length);
      await t.throwsAsync(openOn(files), { code: 'damaged' });
    }
  });

  test(`the oldest segment, cut short ${where} behind a snapshot, is not tidied away`, async (t) => {
    const files = new CrashingFiles();
    const { store: first } = await openOn(files);
    await put(first, 'quiet', 1, 'one');
    await keepFiles(first);
    await first.close();
    await cut(files, '00000001', length);
    const { store } = await openOn(files);
    for (let i = 0; i < FILES; i++) await store.commit([{ do: 'drop', name: `${i}`, version: version(1) }]);
    for (let i = 0; i < 30; i++) await put(store, 'busy', 1, 'x'.repeat(BYTES));
    await store.close();
    t.true((await files.list(`${dir}/log`)).includes('00000001'));
    const { store: again } = await openOn(files);
    const quiet = contentOf(again, { name: 'quiet', version: version(1) });
    if (length < BYTES / 2) await t.throwsAsync(quiet, { code: 'damaged' });
    else t.is(await quiet, 'one');
    await again.close();
  });
}

test('a log that ends before where a snapshot saw it is damaged', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  for (let i = 0; i < 4; i++) await store.commit([{ do: 'keep', name: `${i}`, version: version(1), token: store.take(patterned(BYTES)) }]);
  await store.close();
  t.true((await files.list(dir)).includes('index'));
  await cut(files, '00000001', 2.5 * BYTES);
  await t.throwsAsync(openFileStore(dir, { files, log }), { code: 'damaged' });
});

test('a segment without frames is damage also where the next one was only made ahead', async (t) => {
  for (const length of [0, SEGMENT_HEADER_BYTES, SEGMENT_HEADER_BYTES + 20]) {
    const files = new CrashingFiles();
    const { store } = await openOn(files);
    for (const name of ['a', 'b']) await store.commit([{ do: 'keep', name, version: version(1), token: store.take(patterned(40_000)) }]);
    await store.close();
    t.deepEqual(await files.list(`${dir}/log`), ['00000001', '00000002', '00000003']);
    await files.remove(`${dir}/index`);
    await cut(files, '00000002', length);
    await t.throwsAsync(openOn(files), { code: 'damaged' });
  }
});
