import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { openFileStore } from '../src/index.js';
import type { Files } from '../src/files.js';
import { asPlain, CrashingFiles } from './crashing-files.js';
import { dir, log } from './on-crashing-files.js';

test('an upload that is discarded while its bytes are synced closes its file behind that', async (t) => {
  const disk = new CrashingFiles();
  let goOn = (): void => {};
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const done: string[] = [];
  const files: Files = {
    ...asPlain(disk),
    open: async (path, how) => {
      const file = await disk.open(path, how);
      if (!path.includes('/large/')) return file;
      return { ...file, sync: async () => void done.push('sync'), close: async () => void done.push('close') };
    },
    syncFolder: async (path) => {
      if (path.endsWith('/large')) await gate;
      await disk.syncFolder(path);
    },
  };
  const { store } = await openFileStore(dir, { files, log });
  const staging = await store.stage({ digest: false });
  await staging.write(Buffer.alloc(33 * 1024 * 1024));
  const discarding = staging.discard();
  for (let turns = 0; turns < 9; turns++) await nextTurn();
  goOn();
  await discarding;
  await nextTurn();
  t.deepEqual(done, ['sync', 'close']);
  await store.close();
});

test('an upload that is begun while the store closes takes no bytes in a directory that is given up', async (t) => {
  const disk = new CrashingFiles();
  let goOn = (): void => {};
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const files = asPlain(disk);
  const { store } = await openFileStore(dir, { files, log, reserveBytes: 1e9 });
  disk.freeBytes = 1;
  await store.figures();
  disk.freeBytes = 2e9;
  files.space = () => gate.then(() => disk.space());
  const beginning = store.stage();
  await store.close();
  goOn();
  await t.throwsAsync(beginning, { code: 'closed' });
});
