import { memoryStore, type Store, StoreError } from '@coring/file-store';
import test from 'ava';
import { Journal } from '../../src/node/journal.js';
import { noLog } from '../../src/node/log.js';

interface Entry {
  readonly number: number;
  readonly text: string;
}

test('what an earlier run has written is read again, in its order', async (t) => {
  const store = memoryStore();
  const first = await aJournal(store);
  for (let i = 0; i < 12; i++) first.add({ number: first.nextNumber, text: `${i}` });
  await first.end();
  const second = await aJournal(store);
  t.deepEqual(second.entries.map(({ text }) => text), ['2', '3', '4', '5', '6', '7', '8', '9', '10', '11']);
  t.is(second.nextNumber, 12);
});

test('an entry that cannot be read any more is left out', async (t) => {
  const store = memoryStore();
  const first = await aJournal(store);
  for (let i = 0; i < 3; i++) first.add({ number: first.nextNumber, text: `${i}` });
  await first.end();
  const get: Store['get'] = async (space, key) => {
    if (key === '1') throw new StoreError('damaged', 'the record is damaged');
    return store.get(space, key);
  };
  const second = await aJournal(withOwn(store, { get }));
  t.deepEqual(second.entries.map(({ text }) => text), ['0', '2']);
});

test('the newest entries are kept, on disk as in memory, and nothing else', async (t) => {
  const store = memoryStore();
  const journal = await aJournal(store);
  for (let i = 0; i < 1_000; i++) journal.add({ number: journal.nextNumber, text: `${i}` });
  await journal.end();
  t.is(journal.entries.length, 10);
  const records = await store.records('tests', { prefix: '', after: '', limit: 1_000 });
  t.deepEqual(records.map(({ value }) => (value as Entry).number).sort((a, b) => a - b), [990, 991, 992, 993, 994, 995, 996, 997, 998, 999]);
});

test('the newest entry may change', async (t) => {
  const store = memoryStore();
  const journal = await aJournal(store);
  journal.add({ number: 0, text: 'before' });
  await journal.end();
  journal.replaceNewest({ number: 0, text: 'after' });
  await journal.end();
  t.deepEqual((await aJournal(store)).entries, [{ number: 0, text: 'after' }]);
});

test('an entry is written down by itself, and many of them with few commits', async (t) => {
  const store = memoryStore();
  let commits = 0;
  const written = new Set<unknown>();
  const counting = committing(store, async (changes) => {
    commits++;
    await store.commit(changes);
    for (const change of changes) if (change.do === 'put') written.add((change.value as Entry).number);
  });
  const journal = await aJournal(counting, 1_000);
  for (let i = 0; i < 500; i++) journal.add({ number: journal.nextNumber, text: '' });
  while (written.size < 500) await new Promise((resolve) => setImmediate(resolve));
  t.true(commits <= 3, `${commits}`);
});

test('what a disk does not take is written with the next entry', async (t) => {
  const store = memoryStore();
  let fails = true;
  const failing = committing(store, async (changes) => {
    if (fails) throw new StoreError('disk-full', 'full');
    await store.commit(changes);
  });
  const journal = await aJournal(failing);
  journal.add({ number: 0, text: 'first' });
  await journal.end();
  t.deepEqual((await aJournal(store)).entries, []);
  fails = false;
  journal.add({ number: 1, text: 'second' });
  await journal.end();
  t.deepEqual((await aJournal(store)).entries.map(({ text }) => text), ['first', 'second']);
});

/** The same store, whose commits are those of a test. */
function committing(store: Store, commit: Store['commit']): Store {
  return withOwn(store, { commit });
}

/** The store, but for some of what it does. */
function withOwn(store: Store, own: Partial<Store>): Store {
  return new Proxy(store, {
    get: (_, key) => {
      if (Object.hasOwn(own, key)) return Reflect.get(own, key) as unknown;
      const found = Reflect.get(store, key, store) as unknown;
      return typeof found === 'function' ? (found.bind(store) as unknown) : found;
    },
  });
}

async function aJournal(store: Store, max = 10): Promise<Journal<Entry>> {
  const journal = new Journal<Entry>({ store, log: noLog(), space: 'tests', max, numberOf: ({ number }) => number });
  await journal.begin();
  return journal;
}
