import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { openFileStore, type Store, StoreError } from '../src/index.js';
import type { Files, OpenFile } from '../src/files.js';
import { asPlain, CrashingFiles } from './crashing-files.js';
import { dir, log } from './on-crashing-files.js';

/** Files whose changes take some turns of the event loop each, so that what is begun meanwhile comes between two of them. */
function inTurns(files: Files, seed: number): Files {
  let drawn = seed;
  const turn = async (): Promise<void> => {
    drawn = (Math.imul(drawn, 1_664_525) + 1_013_904_223) >>> 0;
    for (let left = drawn >>> 29; left > 0; left--) await nextTurn();
  };
  const slow = (file: OpenFile): OpenFile => ({
    ...file,
    write: async (position, bytes) => {
      await turn();
      await file.write(position, bytes);
    },
    sync: async () => {
      await turn();
      await file.sync();
    },
  });
  return {
    ...asPlain(files),
    open: async (path, how) => slow(await files.open(path, how)),
    syncFolder: async (path) => {
      await turn();
      await files.syncFolder(path);
    },
  };
}

const valueOf = (number: number): string => String(number).padEnd(700, 'x');

/** Commits records until the disk takes no more. */
async function fill(store: Store, from: number): Promise<number> {
  for (let count = from; ; count++) {
    try {
      await store.commit([{ do: 'put', space: 's', key: `${count}`, value: valueOf(count) }]);
    } catch (cause) {
      if (cause instanceof StoreError && cause.code === 'disk-full') return count;
      throw cause;
    }
  }
}

// Within a segment more room is made for the commit, at its end another segment.
for (const before of [20, 38]) {
  test(`room that is looked for while a commit makes some is not made twice, after ${before} records`, async (t) => {
    for (let turns = 0; turns < 30; turns++) {
      const disk = new CrashingFiles();
      const { store } = await openFileStore(dir, { files: inTurns(disk, turns), log });
      let count = 0;
      for (; count < before; count++) await store.commit([{ do: 'put', space: 's', key: `${count}`, value: valueOf(count) }]);
      disk.isFull = true;
      count = await fill(store, count);
      t.true(store.isFull);
      disk.isFull = false;
      const committing = store.commit([{ do: 'put', space: 's', key: `${count}`, value: valueOf(count) }]);
      count++;
      for (let i = 0; i < turns; i++) await nextTurn();
      await store.figures();
      await committing;
      for (const end = count + 150; count < end; count++) await store.commit([{ do: 'put', space: 's', key: `${count}`, value: valueOf(count) }]);
      const { store: again } = await openFileStore(dir, { files: disk.afterPowerCut(), log });
      for (let i = 0; i < count; i++) t.is(await again.get('s', `${i}`), valueOf(i), `record ${i}, ${turns} turns later`);
      await again.close();
      await store.close();
    }
  });
}

test('room that is looked for while the store closes is not made in a file that is closed', async (t) => {
  const disk = new CrashingFiles();
  const written: string[] = [];
  const files = asPlain(disk);
  files.open = async (path, how) => {
    const file = await disk.open(path, how);
    let isClosed = false;
    return {
      ...file,
      write: async (position, bytes) => {
        if (isClosed) written.push(`${path} at ${position}`);
        await file.write(position, bytes);
      },
      close: async () => {
        isClosed = true;
        await file.close();
      },
    };
  };
  const { store } = await openFileStore(dir, { files, log });
  disk.isFull = true;
  await fill(store, 0);
  disk.isFull = false;
  let goOn = (): void => {};
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  files.list = async (path) => {
    await gate;
    return disk.list(path);
  };
  const looking = store.figures();
  await store.close();
  goOn();
  await looking;
  await nextTurn();
  t.deepEqual(written, []);
});
