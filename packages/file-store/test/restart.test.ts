import { dirname } from 'node:path';
import test from 'ava';
import { openFileStore, StoreError } from '../src/index.js';
import { asPlain, chance, CrashingFiles } from './crashing-files.js';
import { dir, openOn } from './on-crashing-files.js';
import { patterned, version } from './putting.js';

const log = { segment: 4096, ahead: 1024 };

test('a new store whose power is cut while it is made is made at the next start, whatever of it came to the disk', async (t) => {
  const whole = new CrashingFiles();
  await openOn(whole);
  for (let cutBefore = 0; cutBefore < whole.done; cutBefore++) {
    for (let seed = 0; seed < 30; seed++) {
      const files = new CrashingFiles();
      files.cutBefore = cutBefore;
      await t.throwsAsync(openOn(files), { code: 'disk-failed' });
      const { store } = await openOn(files.afterRaggedPowerCut(chance(seed)));
      await store.close();
    }
  }
});

test('a store that was killed while it was made in a directory is there under one name after the next start and a power cut', async (t) => {
  const inDirectory = async (): Promise<CrashingFiles> => {
    const files = new CrashingFiles();
    for (const folder of ['/data', dir]) await files.makeFolder(folder).then(() => files.syncFolder(dirname(folder)));
    return files;
  };
  const whole = await inDirectory();
  const { done } = whole;
  await openOn(whole);
  for (let cutBefore = done; cutBefore <= whole.done; cutBefore++) {
    const first = await inDirectory();
    first.cutBefore = cutBefore;
    await openOn(first).catch(() => undefined);
    const second = first.afterKill();
    const { store, nodeId } = await openOn(second);
    await store.commit([{ do: 'put', space: 's', key: 'k', value: 1 }]);
    const { store: third, nodeId: found } = await openOn(second.afterPowerCut());
    t.is(found, nodeId, `killed before operation ${cutBefore}`);
    t.is(await third.get('s', 'k'), 1);
    await third.close();
  }
});

/** What a store leaves whose disk failed at the sync of the log with that number, and how many commits it acknowledged. Nothing of the last frame is durable. */
async function failedAt(sync: number): Promise<{ files: CrashingFiles; acknowledged: number }> {
  const files = new CrashingFiles();
  const { store } = await openFileStore(dir, { files, log });
  let [syncs, acknowledged] = [0, 0];
  files.fail = (operation, path) => (operation === 'sync' && (++syncs >= sync || !path.includes('/log/')) ? 'EIO' : undefined);
  try {
    for (let i = 1; i <= 40; i++) {
      await store.commit([{ do: 'put', space: 's', key: `k${i % 3}`, value: `${i} `.repeat(200) }, { do: 'put', space: 's', key: 'last', value: i }]);
      acknowledged = i;
    }
  } catch (cause) {
    if (!(cause instanceof StoreError && cause.code === 'disk-failed')) throw cause;
  }
  await store.close();
  files.fail = () => undefined;
  return { files, acknowledged };
}

test('segments that count no more only by a frame that may not be on the disk are there until it is', async (t) => {
  let tried = 0;
  for (let sync = 1; sync <= 60; sync++) {
    const { files: whole } = await failedAt(sync);
    const before = whole.done;
    let areSomeRemoved = false;
    whole.fail = (operation, path) => void (areSomeRemoved ||= operation === 'remove' && path === `${dir}/log/00000001`);
    await openFileStore(dir, { files: whole, log });
    if (!areSomeRemoved) continue;
    for (let cutBefore = before; cutBefore < whole.done; cutBefore++) {
      for (let seed = 0; seed < 20; seed++) {
        const { files, acknowledged } = await failedAt(sync);
        files.cutBefore = cutBefore;
        await t.throwsAsync(openFileStore(dir, { files, log }), { code: 'disk-failed' });
        const { store } = await openFileStore(dir, { files: files.afterRaggedPowerCut(chance(seed)), log });
        t.true([acknowledged, acknowledged + 1].includes((await store.get('s', 'last')) as number));
        await store.close();
        tried++;
      }
    }
  }
  t.true(tried > 0);
});

test('a large upload whose commit failed on a failing disk stays for the next start, which may find it kept', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  const staging = await store.stage();
  await staging.write(patterned(70_000));
  await staging.seal();
  files.fail = (operation, path) => (operation === 'sync' && path.includes('/log/') ? 'EIO' : undefined);
  const kept = { name: 'a', version: version(1) };
  await t.throwsAsync(store.commit([{ do: 'keep', ...kept, token: staging.token }]), { code: 'disk-failed' });
  files.fail = () => undefined;
  await staging.discard();
  await store.close();
  const { store: again } = await openOn(files);
  const opened = await again.read(kept);
  t.true(Buffer.concat((await opened!.stream.toArray()) as Buffer[]).equals(patterned(70_000)));
  await again.close();
});

test('a store whose log the disk does not close gives its directory up', async (t) => {
  const disk = new CrashingFiles();
  const files = asPlain(disk);
  let fails = false;
  files.open = async (path, how) => {
    const file = await disk.open(path, how);
    return { ...file, close: () => (fails ? Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })) : file.close()) };
  };
  const { store } = await openFileStore(dir, { files, log });
  fails = true;
  await t.throwsAsync(store.close(), { code: 'disk-failed' });
  t.deepEqual((await disk.list(dir)).filter((name) => name.startsWith('lock')), []);
});

test('what is committed after a commit that a failing disk had no room made for fails, too', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  const commit = (key: string): Promise<void> => store.commit([{ do: 'put', space: 's', key, value: 'x'.repeat(300) }]);
  let hasFailed = false;
  // Only the making of a segment: no sync that belongs to a commit.
  files.fail = (operation, path) => (operation === 'create' && path.includes('/log/') ? ((hasFailed = true), 'EIO') : undefined);
  let count = 0;
  while (await commit(`${count}`).then(() => true, () => false)) count++;
  t.true(hasFailed);
  files.fail = () => undefined;
  await t.throwsAsync(commit('after'), { code: 'disk-failed' });
  const { store: again } = await openOn(files.afterKill());
  t.is((await again.names('s', { prefix: '', after: '', limit: 9_999 })).length, count);
  await again.close();
});

test('a snapshot that the disk does not read does no harm', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  for (let i = 0; i < 20; i++) await store.commit([{ do: 'put', space: 's', key: `k${i}`, value: 'x'.repeat(300) }]);
  await store.close();
  const unread: string[] = [];
  files.fail = (operation, path) => (operation === 'read' && path === `${dir}/index` ? (unread.push(path), 'EIO') : undefined);
  const { store: again } = await openOn(files);
  t.true(unread.length > 0);
  t.is((await again.names('s', { prefix: '', after: '', limit: 99 })).length, 20);
  await again.close();
});
