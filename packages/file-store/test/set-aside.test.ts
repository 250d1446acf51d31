import test from 'ava';
import { readRemains, setAside } from '../src/index.js';
import { CrashingFiles, Cut } from './crashing-files.js';
import { dir, openOn } from './on-crashing-files.js';
import { put } from './putting.js';

test('what is left of the records of a damaged log is read: the last that is sound of each, and none that was deleted', async (t) => {
  const files = new CrashingFiles();
  const { store, nodeId } = await openOn(files);
  for (let i = 0; i < 20; i++) await store.commit([{ do: 'put', space: 'ring', key: `member ${i}`, value: { i } }]);
  await store.commit([{ do: 'delete', space: 'ring', key: 'member 3' }, { do: 'put', space: 'ring', key: 'member 4', value: 'newer' }]);
  await store.close();
  await files.remove(`${dir}/index`);
  await spoil(files, 'member 7');
  await t.throwsAsync(openOn(files), { code: 'damaged' });
  const remains = await readRemains(dir, 'ring', files);
  t.is(remains.nodeId, nodeId);
  const found = new Map(remains.records);
  t.is(found.size, 18);
  t.false(found.has('member 3') || found.has('member 7'));
  t.is(found.get('member 4'), 'newer');
});

test('a store that is set aside makes room for a new one, wherever a crash cuts that short', async (t) => {
  let cuts = 0;
  for (let cutBefore = 0; ; cutBefore++) {
    const files = new CrashingFiles();
    const { store, nodeId } = await openOn(files);
    await put(store, 'a', 1, 'x'.repeat(70_000));
    await store.close();
    files.cutBefore = files.done + cutBefore;
    const isCut = await setAside(dir, files).then(
      () => false,
      (error: Error) => (error.cause instanceof Cut ? true : Promise.reject(error)),
    );
    const left = files.afterKill();
    const opened = await openOn(left);
    t.is(opened.isNew, opened.nodeId !== nodeId);
    t.is((await opened.store.figures()).files, opened.isNew ? 0 : 1);
    if (opened.isNew) t.deepEqual((await left.list(`${dir}/damaged-${nodeId}`)).sort(), ['coring.json', 'large', 'log']);
    await opened.store.close();
    if (!isCut) break;
    cuts++;
  }
  t.true(cuts > 5, `${cuts} cuts`);
});

test('a directory in use is not set aside', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await t.throwsAsync(setAside(dir, files), { code: 'in-use' });
  await store.close();
});

async function spoil(files: CrashingFiles, text: string): Promise<void> {
  const file = await files.open(`${dir}/log/00000001`, 'update');
  const at = (await file.read(0, await file.size())).indexOf(text);
  await file.write(at, Buffer.from('!'));
}
