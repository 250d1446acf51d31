import { execFile } from 'node:child_process';
import { mkdtemp, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { openFileStore, type Store, StoreError } from '../src/index.js';
import { contentOf, patterned, version } from './putting.js';

const run = promisify(execFile);

/** A disk of its own of so many bytes, or undefined where this user may not mount one. */
async function aSmallDisk(t: ExecutionContext, bytes: number): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'coring-disk-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'coring-test', folder]);
  } catch (cause) {
    t.log(`skipped: no disk can be mounted here (${(cause as Error).message.split('\n')[0]})`);
    return undefined;
  }
  t.teardown(() => run('umount', ['-l', folder]));
  return folder;
}

/** Keeps files of that size until the disk is full; gives how many. */
async function fill(store: Store, size: number): Promise<number> {
  for (let count = 0; ; count++) {
    try {
      const staging = await store.stage();
      await staging.write(patterned(size));
      await staging.seal();
      await store.commit([
        { do: 'keep', name: nameOf(count), version: version(1), token: staging.token },
        { do: 'put', space: 'register', key: nameOf(count), value: { size } },
      ]);
    } catch (cause) {
      if (cause instanceof StoreError && cause.code === 'disk-full') return count;
      throw cause;
    }
  }
}

function nameOf(number: number): string {
  return `file ${String(number).padStart(5, '0')}`;
}

for (const size of [1000, 50_000, 300_000]) {
  test(`a real disk that is full of files of ${size} bytes loses nothing, takes tombstones, and takes files again when some are deleted`, async (t) => {
    const disk = await aSmallDisk(t, 16 * 1024 * 1024);
    if (disk === undefined) return t.pass();
    const { store } = await openFileStore(join(disk, 'data'));
    const count = await fill(store, size);
    t.true(count * size > 4 * 1024 * 1024, `${count} files`);
    t.true((await store.figures()).freeBytes < 1024 * 1024);
    for (const number of [0, count >> 1, count - 1]) t.is((await contentOf(store, { name: nameOf(number), version: version(1) }))?.length, patterned(size).toString().length);
    for (let number = 0; number < count; number += 2) {
      await store.commit([{ do: 'drop', name: nameOf(number), version: version(1) }, { do: 'put', space: 'register', key: nameOf(number), value: { deleted: true } }]);
    }
    const more = await refill(store, size);
    t.true(more > 0);
    await store.close();
    const { store: again } = await openFileStore(join(disk, 'data'));
    t.is((await again.figures()).files, (count >> 1) + more);
    t.deepEqual(await again.get('register', nameOf(0)), { deleted: true });
    await again.close();
  });
}

/** Keeps small files until ten are kept: room comes back while the log is tidied up, without anybody's doing. */
async function refill(store: Store, size: number): Promise<number> {
  const deadline = Date.now() + 20_000;
  let kept = 0;
  while (kept < 10 && Date.now() < deadline) {
    try {
      const token = store.take(patterned(Math.min(size, 1000)));
      await store.commit([{ do: 'keep', name: `again ${kept}`, version: version(1), token }]);
      kept++;
    } catch (cause) {
      if (!(cause instanceof StoreError && cause.code === 'disk-full')) throw cause;
      await store.figures();
    }
  }
  return kept;
}

test('a disk that others have filled takes records, and files again when they have gone', async (t) => {
  const disk = await aSmallDisk(t, 16 * 1024 * 1024);
  if (disk === undefined) return t.pass();
  const { store } = await openFileStore(join(disk, 'data'));
  await store.commit([{ do: 'keep', name: 'a', version: version(1), token: store.take(patterned(1000)) }]);
  const { bavail, bsize } = await statfs(disk);
  await writeFile(join(disk, 'ballast'), Buffer.alloc(bavail * bsize)).catch((error: NodeJS.ErrnoException) => {
    // The store has made room ahead meanwhile: what was written has filled the disk.
    if (error.code !== 'ENOSPC') throw error;
  });
  await t.throwsAsync(async () => {
    await store.figures();
    store.take(patterned(1000));
  }, { code: 'disk-full' });
  for (let i = 0; i < 100; i++) await store.commit([{ do: 'put', space: 'register', key: nameOf(i), value: { deleted: true } }]);
  t.is((await store.read({ name: 'a', version: version(1) }))?.size, 1000);
  await truncate(join(disk, 'ballast'), 0);
  t.is((await store.stage()).token.length, 32);
  await store.close();
  const { store: again } = await openFileStore(join(disk, 'data'));
  t.is((await again.names('register', { prefix: '', after: '', limit: 200 })).length, 100);
  await again.close();
});
