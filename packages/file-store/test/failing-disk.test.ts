import test from 'ava';
import { openFileStore, type StoreChange, StoreError } from '../src/index.js';
import { CrashingFiles } from './crashing-files.js';
import { dir, log, openOn } from './on-crashing-files.js';
import { contentOf, patterned, put, staged, version } from './putting.js';

const a1 = { name: 'a', version: version(1) };
const big = patterned(70_000).toString('hex');

test('a disk without room in the log refuses the commit, shows nothing of it, and takes it once there is room', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  const changes = (token: string): StoreChange[] => [{ do: 'keep', ...a1, token }, { do: 'put', space: 's', key: 'k', value: 1 }];
  const token = await staged(store, patterned(60_000));
  files.fail = (operation) => (operation === 'write' || operation === 'create' ? 'ENOSPC' : undefined);
  await t.throwsAsync(store.commit(changes(token)), { code: 'disk-full' });
  t.deepEqual(store.kept('a'), []);
  t.is(await store.get('s', 'k'), undefined);
  files.fail = () => undefined;
  await store.commit(changes(token));
  t.true((await store.read(a1))?.bytes?.equals(patterned(60_000)));
  const { store: again } = await openOn(files.afterPowerCut());
  t.true((await again.read(a1))?.bytes?.equals(patterned(60_000)));
  t.is(await again.get('s', 'k'), 1);
});

test('a frame that the full disk took in part does not count after a crash', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  let failures = 1;
  files.fail = (operation, path) => (operation === 'sync' && path.includes('/log/') && failures-- > 0 ? 'ENOSPC' : undefined);
  await t.throwsAsync(store.commit([{ do: 'put', space: 's', key: 'refused', value: 1 }]), { code: 'disk-full' });
  const { store: again } = await openOn(files.afterKill());
  t.deepEqual(await again.names('s', { prefix: '', after: '', limit: 9 }), []);
});

test('an upload whose commit failed has no hold on what another one keeps in its stead', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  const [first, second] = [await staged(store, Buffer.from('first')), await staged(store, Buffer.from('second'))];
  let failures = 1;
  files.fail = (operation) => (operation === 'sync' && failures-- > 0 ? 'ENOSPC' : undefined);
  await t.throwsAsync(store.commit([{ do: 'keep', ...a1, token: first }]), { code: 'disk-full' });
  t.is(await contentOf(store, { token: first }), 'first');
  await store.commit([{ do: 'keep', ...a1, token: second }]);
  await store.commit([{ do: 'discard', token: first }]);
  t.is(await contentOf(store, a1), 'second');
});

for (const size of [10, 100_000]) {
  test(`an upload of ${size} bytes hears of a disk below its reserve, which records do without, until there is room again`, async (t) => {
    const files = new CrashingFiles();
    const { store } = await openFileStore(dir, { files, log, reserveBytes: 1_000_000 });
    const content = patterned(size);
    await put(store, 'a', 1, 'before');
    const begun = await store.stage();
    const admitted = await staged(store, content);
    files.freeBytes = 900_000;
    await store.figures();
    await t.throwsAsync(store.stage(), { code: 'disk-full' });
    t.throws(() => store.take(Buffer.from('small')), { code: 'disk-full' });
    await t.throwsAsync(begun.write(content), { code: 'disk-full' });
    await begun.discard();
    await store.commit([{ do: 'keep', name: 'b', version: version(1), token: admitted }, { do: 'drop', ...a1 }, { do: 'put', space: 's', key: 'k', value: 'deleted' }]);
    t.true((await store.read({ name: 'b', version: version(1) })) !== undefined);
    t.is((await store.figures()).freeBytes, 0);
    files.freeBytes = 2_000_000;
    t.is(await contentOf(store, { token: await staged(store, Buffer.from('again')) }), 'again');
  });
}

for (const size of [10, 100_000]) {
  test(`an upload of ${size} bytes that takes the place of damaged ones may use half of the reserve`, async (t) => {
    const files = new CrashingFiles();
    const { store } = await openFileStore(dir, { files, log, reserveBytes: 1_000_000 });
    const content = patterned(size);
    files.freeBytes = 700_000;
    await store.figures();
    const mending = await store.stage({ mends: true });
    await mending.write(content);
    await mending.seal();
    await store.commit([{ do: 'keep', ...a1, token: mending.token }]);
    t.is((await store.read(a1))?.size, size);
    await t.throwsAsync(store.stage(), { code: 'disk-full' });
    files.freeBytes = 400_000;
    await store.figures();
    await t.throwsAsync(store.stage({ mends: true }), { code: 'disk-full' });
  });
}

test('records are committed on a disk without any room, as far as the room goes that was made ahead', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await store.commit([{ do: 'put', space: 's', key: 'first', value: 0 }]);
  files.isFull = true;
  for (let i = 0; i < 30; i++) await store.commit([{ do: 'put', space: 's', key: `deleted ${i}`, value: { tombstone: i } }]);
  t.is((await store.names('s', { prefix: 'deleted', after: '', limit: 99 })).length, 30);
});

test('a store on a disk that makes no more room ahead says that it is full, until there is room again', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  t.false(store.isFull);
  files.isFull = true;
  let count = 0;
  while (!store.isFull) await store.commit([{ do: 'put', space: 's', key: `${count++}`, value: 'x'.repeat(500) }]);
  await store.figures();
  t.true(store.isFull);
  await store.commit([{ do: 'put', space: 's', key: 'goes on', value: 1 }]);
  files.isFull = false;
  await store.figures();
  t.false(store.isFull);
  await put(store, 'a', 1, 'taken');
  t.is(await contentOf(store, a1), 'taken');
});

test('tidying up the log leaves the last room of a full disk to records', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  const value = 'x'.repeat(2000);
  // One name in eight stays as it was: the oldest segments are garbage but for those.
  for (let i = 0; i < 30; i++) await store.commit([{ do: 'put', space: 's', key: `live ${i}`, value }]);
  for (let i = 0; i < 20; i++) await store.commit([{ do: 'put', space: 's', key: 'changing', value }]);
  files.isFull = true;
  while (!store.isFull) await store.commit([{ do: 'put', space: 's', key: 'changing', value: 'y'.repeat(900) }]);
  for (let i = 0; i < 10; i++) await store.commit([{ do: 'put', space: 's', key: 'own', value: i }]);
  t.is(await store.get('s', 'own'), 9);
  t.is(await store.get('s', 'live 0'), value);
});

test('a full disk is told to the upload, and nothing of that is left', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  const staging = await store.stage();
  files.fail = (operation) => (operation === 'write' ? 'EDQUOT' : undefined);
  await t.throwsAsync(staging.write(patterned(70_000)), { code: 'disk-full' });
  files.fail = () => undefined;
  await t.throwsAsync(staging.seal(), { code: 'disk-full' });
  await staging.discard();
  t.deepEqual(await files.list(`${dir}/large`), []);
});

test('large bytes kept anew are not hit by the late removal of dropped ones', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await put(store, 'a', 1, big);
  const token = await staged(store, Buffer.from(big));
  const remove = files.remove.bind(files);
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  files.remove = async (path) => {
    await gate;
    await remove(path);
  };
  await store.commit([{ do: 'drop', ...a1 }]);
  t.is(await store.read(a1), undefined);
  await store.commit([{ do: 'keep', ...a1, token }]);
  release();
  await store.close();
  const { store: again } = await openOn(files);
  t.is(await contentOf(again, a1), big);
});

test('after a sync of the log failed nothing is committed any more, and reading goes on', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await put(store, 'a', 1, 'kept');
  files.fail = (operation, path) => (operation === 'sync' && path.includes('/log/') ? 'EIO' : undefined);
  await t.throwsAsync(store.commit([{ do: 'put', space: 's', key: 'k', value: 1 }]), { code: 'disk-failed' });
  files.fail = () => undefined;
  await t.throwsAsync(store.commit([{ do: 'put', space: 's', key: 'k', value: 2 }]), { code: 'disk-failed' });
  t.is(await store.get('s', 'k'), undefined);
  t.is(await contentOf(store, { name: 'a', version: version(1) }), 'kept');
});

test('the last frame of the log is written again at the next start: the process before may have failed to bring it to the disk', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await put(store, 'a', 1, 'kept');
  const killed = files.afterKill();
  const written: string[] = [];
  killed.fail = (operation, path) => void (operation === 'sync' && written.push(path));
  const { store: again } = await openOn(killed);
  t.true(written.includes(`${dir}/log/00000001`));
  t.is(await contentOf(again, a1), 'kept');
  await again.close();
});

test('a store whose directory is gone says so', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await files.rename(dir, '/data/elsewhere');
  await t.throwsAsync(store.figures(), { code: 'lost-contents' });
});

test('commits that wait for the same sync share it', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  let syncs = 0;
  files.fail = (operation, path) => void (operation === 'sync' && path.includes('/log/') && syncs++);
  await Promise.all(Array.from({ length: 100 }, (_, i) => store.commit([{ do: 'put', space: 's', key: `k${i}`, value: i }])));
  t.true(syncs <= 3, `${syncs} syncs, one of them perhaps for room made ahead`);
  t.is((await store.names('s', { prefix: '', after: '', limit: 200 })).length, 100);
});

test('a large frame that the full disk took in part leaves nothing behind the smaller ones that came in its place', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await put(store, 'a', 1, 'before');
  let failures = 1;
  files.fail = (operation, path) => (operation === 'write' && path.includes('/log/') && failures-- > 0 ? 'ENOSPC' : undefined);
  const refused = store.take(patterned(6_000));
  await t.throwsAsync(store.commit([{ do: 'keep', name: 'refused', version: version(1), token: refused }]), { code: 'disk-full' });
  // Too long for the rest of the first segment.
  await put(store, 'b', 1, 'x'.repeat(log.segment));
  t.true((await files.list(`${dir}/log`)).includes('00000002'));

  const { store: again } = await openOn(files.afterKill());
  t.is(await contentOf(again, a1), 'before');
  t.deepEqual(again.kept('refused'), []);
  await again.close();
  for (let i = 0; i < 100; i++) await store.commit([{ do: 'put', space: 's', key: 'changing', value: 'y'.repeat(5_000) }]);
  await store.close();
  t.false((await files.list(`${dir}/log`)).includes('00000001'));
});

test('where the full disk does not take zeros over what it took in part, the next segment waits', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await put(store, 'a', 1, 'before');
  const token = store.take(patterned(6_000));
  const long = store.take(patterned(log.segment));
  let failures = 1;
  files.fail = (operation, path) => (operation === 'write' && path.includes('/log/') && failures-- > 0 ? 'ENOSPC' : undefined);
  await t.throwsAsync(store.commit([{ do: 'keep', name: 'refused', version: version(1), token }]), { code: 'disk-full' });
  files.fail = (operation, path) => (operation === 'write' && path.endsWith('00000001') ? 'ENOSPC' : undefined);
  await t.throwsAsync(store.commit([{ do: 'keep', name: 'b', version: version(1), token: long }]), { code: 'disk-full' });
  files.fail = () => undefined;
  await store.commit([{ do: 'keep', name: 'b', version: version(1), token: long }]);
  const { store: again } = await openOn(files.afterKill());
  t.is((await again.read({ name: 'b', version: version(1) }))?.size, log.segment);
});

for (const [what, size, where] of [
  ['small content', 1_000, '/log/'],
  ['a large one', 100_000, '/large/'],
  ['one that is read in parts', 3_000_000, '/large/'],
] as const) {
  test(`a disk that does not read ${what} says so at each reading, and is asked again at the next one`, async (t) => {
    const files = new CrashingFiles();
    const { store } = await openOn(files);
    await store.commit([{ do: 'keep', ...a1, token: await staged(store, patterned(size)) }]);
    files.fail = (operation, path) => (operation === 'read' && path.includes(where) ? 'EIO' : undefined);
    for (let i = 0; i < 2; i++) {
      const error = await t.throwsAsync(contentOf(store, a1), { instanceOf: StoreError, code: 'disk-failed' });
      t.like(error?.cause, { code: 'EIO' });
    }
    files.fail = () => undefined;
    t.is((await contentOf(store, a1))?.length, patterned(size).toString().length);
  });
}

test('a disk that does not read the end of a large content has its begin given, and then says so', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await store.commit([{ do: 'keep', ...a1, token: await staged(store, patterned(3_000_000)) }]);
  const opened = (await store.read(a1))!;
  let given = 0;
  const error = await t.throwsAsync(
    async () => {
      for await (const chunk of opened.stream as AsyncIterable<Buffer>) {
        given += chunk.length;
        files.fail = (operation, path) => (operation === 'read' && path.includes('/large/') ? 'EIO' : undefined);
      }
    },
    { instanceOf: StoreError, code: 'disk-failed' },
  );
  t.like(error?.cause, { code: 'EIO' });
  t.true(given > 0 && given < 3_000_000, `${given} bytes`);
});

test('a record that the disk does not read is not taken for one that is not there', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await store.commit([{ do: 'put', space: 's', key: 'k', value: 1 }]);
  files.fail = (operation) => (operation === 'read' ? 'EIO' : undefined);
  await t.throwsAsync(store.get('s', 'k'), { code: 'disk-failed' });
  await t.throwsAsync(store.records('s', { prefix: '', after: '', limit: 9 }), { code: 'disk-failed' });
  files.fail = () => undefined;
  t.is(await store.get('s', 'k'), 1);
});
