import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { openFileStore } from '../src/index.js';
import { asPlain, chance, CrashingFiles } from './crashing-files.js';
import { dir } from './on-crashing-files.js';
import { contentOf, version } from './putting.js';

const NAMES = 20;

test('what is replaced, deleted or dropped while the log is tidied up does not come back', async (t) => {
  const random = chance(1);
  const disk = new CrashingFiles();
  const files = asPlain(disk);
  // A disk that takes its time: the next commits, and what is moved, wait together and go in one frame.
  files.open = async (path, how) => {
    const file = await disk.open(path, how);
    const write = async (position: number, bytes: Uint8Array): Promise<void> => {
      for (let turns = Math.floor(random() * 6); turns > 0; turns--) await nextTurn();
      await file.write(position, bytes);
    };
    const read = async (position: number, length: number): Promise<Buffer> => {
      for (let turns = Math.floor(random() * 6); turns > 0; turns--) await nextTurn();
      return file.read(position, length);
    };
    return { ...file, write, read };
  };
  const { store } = await openFileStore(dir, { files, log: { segment: 4096, ahead: 1024 } });
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
