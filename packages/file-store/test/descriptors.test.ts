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

for (const [what, paths] of [
  ['the next segment', /\/log\/0000000[2-9]/],
  ['anything', /./],
] as const) {
  test(`a system without descriptors to make ${what} refuses the commit that needs it, and takes it once there are some`, async (t) => {
    const disk = new CrashingFiles();
    const files = asPlain(disk);
    let hasNone = false;
    const refused = (path: string): void => {
      if (hasNone && paths.test(path)) throw Object.assign(new Error(`EMFILE: ${path}`), { code: 'EMFILE' });
    };
    files.open = async (path, how) => {
      refused(path);
      return disk.open(path, how);
    };
    const { store } = await openFileStore(dir, { files, log });
    await put(store, 'a', 1, 'before');
    const long = store.take(patterned(log.segment));
    hasNone = true;
    await t.throwsAsync(store.commit([{ do: 'keep', name: 'b', version: version(1), token: long }]), { code: 'disk-full', message: /EMFILE/ });
    await store.commit([{ do: 'put', space: 's', key: 'k', value: 'within the room ahead' }]);
    await t.throwsAsync(store.commit([{ do: 'keep', name: 'b', version: version(1), token: long }]), { code: 'disk-full' });
    t.true(store.isFull);
    hasNone = false;
    await store.commit([{ do: 'keep', name: 'b', version: version(1), token: long }]);
    await store.figures();
    t.false(store.isFull);
    const { store: again } = await openOn(disk.afterPowerCut());
    t.is((await again.read({ name: 'b', version: version(1) }))?.size, log.segment);
    t.is(await again.get('s', 'k'), 'within the room ahead');
    await again.close();
  });
}
