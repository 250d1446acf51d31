import test from 'ava';
import type { Files } from '../src/files.js';
import { openFileStore, type Store, StoreError } from '../src/index.js';
import { asPlain, CrashingFiles } from './crashing-files.js';
import { dir, log, openOn } from './on-crashing-files.js';
import { patterned, put, version } from './putting.js';

/** The same files, with the paths of those that are open. A close that fails has closed. */
function counted(disk: CrashingFiles, failsAtClose: () => boolean = () => false): { readonly files: Files; readonly open: string[] } {
  const open: string[] = [];
  const files = asPlain(disk);
  files.open = async (path, how) => {
    const file = await disk.open(path, how);
    open.push(path);
    const close = async (): Promise<void> => {
      open.splice(open.indexOf(path), 1);
      if (failsAtClose()) throw Object.assign(new Error('EIO'), { code: 'EIO' });
    };
    return { ...file, close };
  };
  return { files, open };
}

async function fill(store: Store): Promise<void> {
  await put(store, 'large', 1, 'x'.repeat(100_000));
  for (let i = 0; i < 10; i++) await store.commit([{ do: 'keep', name: `${i}`, version: version(1), token: store.take(patterned(20_000)) }]);
  await store.commit([{ do: 'put', space: 's', key: 'last', value: 'in no snapshot yet' }]);
}

test('a store that does not open, whatever the disk fails at, leaves no file open', async (t) => {
  const disk = new CrashingFiles();
  const { store } = await openOn(disk);
  await fill(store);
  let isOpened = false;
  for (let failing = 0; !isOpened; failing++) {
    const next = disk.afterKill();
    let met = 0;
    next.fail = () => (met++ === failing ? 'EIO' : undefined);
    const { files, open } = counted(next);
    const opened = await openFileStore(dir, { files, log }).catch(() => undefined);
    isOpened = opened !== undefined && met <= failing;
    await opened?.store.close().catch(() => undefined);
    t.deepEqual(open, [], `operation ${failing}`);
    t.true(failing < 1000);
  }
});

test('a store whose files the disk does not close leaves none of them open', async (t) => {
  let fails = false;
  const { files, open } = counted(new CrashingFiles(), () => fails);
  const { store } = await openFileStore(dir, { files, log });
  await fill(store);
  for (let i = 0; i < 10; i++) t.is((await store.read({ name: `${i}`, version: version(1) }))?.size, 20_000);
  t.true(open.length > 3);
  fails = true;
  await t.throwsAsync(store.close(), { code: 'disk-failed' });
  t.deepEqual(open, []);
});

test('figures that the system does not give are refused as by a disk that failed', async (t) => {
  const disk = new CrashingFiles();
  const files = asPlain(disk);
  const { store } = await openFileStore(dir, { files, log });
  files.list = (path) => Promise.reject(Object.assign(new Error(`EMFILE: ${path}`), { code: 'EMFILE' }));
  await t.throwsAsync(store.figures(), { instanceOf: StoreError, code: 'disk-failed' });
  files.list = (path) => disk.list(path);
  t.is((await store.figures()).files, 0);
});
