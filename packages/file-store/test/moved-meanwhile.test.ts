import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import type { Files } from '../src/files.js';
import { openFileStore } from '../src/index.js';
import { asPlain, chance, CrashingFiles } from './crashing-files.js';
import { dir } from './on-crashing-files.js';
import { contentOf, put, version } from './putting.js';

const NAMES = 20;
const log = { segment: 4096, ahead: 1024 };

/** A disk that takes its time: the next commits, and what is moved, wait together and go in one frame. */
function slowly(disk: Files, random: () => number): Files {
  const pause = async (): Promise<void> => {
    for (let turns = Math.floor(random() * 6); turns > 0; turns--) await nextTurn();
  };
  return {
    ...asPlain(disk),
    open: async (path, how) => {
      const file = await disk.open(path, how);
      return { ...file, write: (...what) => pause().then(() => file.write(...what)), read: (...what) => pause().then(() => file.read(...what)) };
    },
  };
}

test('what is replaced, deleted or dropped while the log is tidied up does not come back', async (t) => {
  const random = chance(1);
  const disk = new CrashingFiles();
  const { store } = await openFileStore(dir, { files: slowly(disk, random), log });
  const records = new Map<string, string>();
  const contents = new Map<string, string>();
  const lastChange = new Map<string, number>();
  const committing: Promise<void>[] = [];
  for (let i = 0; i < 1_500; i++) {
    // Some are changed often, others seldom: those lie in the oldest segment when their turn comes.
    const [name, value] = [`${Math.floor(NAMES * random() ** 3)}`, `${i} `.repeat(20)];
    const isRemoved = random() < 0.2;
    const token = store.take(Buffer.from(value));
    if (isRemoved) [records, contents].forEach((one) => one.delete(name));
    else [records, contents].forEach((one) => one.set(name, value));
    const committed = store.commit(
      isRemoved
        ? [{ do: 'delete', space: 's', key: name }, { do: 'drop', name, version: version(1) }, { do: 'discard', token }]
        : [{ do: 'put', space: 's', key: name, value }, { do: 'keep', name, version: version(1), token }],
    );
    const wanted = records.get(name);
    lastChange.set(name, i);
    const check = async (): Promise<void> => {
      const found = await store.get('s', name);
      // Another commit of it may have come meanwhile.
      if (lastChange.get(name) === i) t.is(found, wanted);
    };
    committing.push(committed.then(check));
    for (let turns = Math.floor(random() * 6); turns > 0; turns--) await nextTurn();
  }
  await Promise.all(committing);
  t.false((await disk.list(`${dir}/log`)).includes('00000001'));
  for (const again of [store, (await openFileStore(dir, { files: disk.afterKill() })).store]) {
    for (let name = 0; name < NAMES; name++) {
      t.is(await again.get('s', `${name}`), records.get(`${name}`));
      t.is(await contentOf(again, { name: `${name}`, version: version(1) }), contents.get(`${name}`));
    }
    await again.close();
  }
});

test('content that is damaged when it is moved costs nothing that is committed in the same frame', async (t) => {
  const random = chance(1);
  const disk = new CrashingFiles();
  const { store } = await openFileStore(dir, { files: slowly(disk, random), log });
  await put(store, 'rotten', 1, 'was sound');
  await put(store, 'sound', 1, 'stays sound');
  const segment = await disk.open(`${dir}/log/00000001`, 'durable');
  await segment.write((await segment.read(0, log.segment)).indexOf('was sound'), Buffer.from('is'));
  const acknowledged = [0, 0, 0];
  const cuts: { readonly disk: CrashingFiles; readonly acknowledged: readonly number[] }[] = [];
  disk.fail = (operation, path) => void (operation === 'write' && path.includes('/log/') && cuts.push({ disk: disk.afterPowerCut(), acknowledged: [...acknowledged] }));
  const work = async (worker: number): Promise<void> => {
    for (let i = 1; i <= 60; i++) {
      await store.commit([{ do: 'put', space: 's', key: `${worker}`, value: i }, { do: 'put', space: 's', key: 'busy', value: 'x'.repeat(300) }]);
      acknowledged[worker] = i;
      for (let turns = Math.floor(random() * 6); turns > 0; turns--) await nextTurn();
    }
  };
  await Promise.all(acknowledged.map((_, worker) => work(worker)));
  disk.fail = () => undefined;
  t.false((await disk.list(`${dir}/log`)).includes('00000001'));
  for (const cut of [...cuts.filter(({ acknowledged: [first] }) => first! > 0), { disk: disk.afterPowerCut(), acknowledged }]) {
    const { store: again } = await openFileStore(dir, { files: cut.disk, log });
    for (const [worker, last] of cut.acknowledged.entries()) t.true(last === 0 || ((await again.get('s', `${worker}`)) as number) >= last);
    t.is(await contentOf(again, { name: 'sound', version: version(1) }), 'stays sound');
    await t.throwsAsync(again.read({ name: 'rotten', version: version(1) }), { code: 'damaged' });
    await again.close();
  }
  await store.close();
});
