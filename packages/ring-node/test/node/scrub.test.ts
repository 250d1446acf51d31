import { memoryStore, StoreError } from '@coring/file-store';
import test from 'ava';
import type { Scrub } from '../../src/node/scrub.js';
import { Throttle } from '../../src/node/throttle.js';
import { aScrub, keep } from './a-scrub.js';

test('every copy is read and compared with the digest in its register', async (t) => {
  const store = memoryStore();
  await keep(store, 'sound', 'content');
  await keep(store, 'wrong', 'content', 'other content');
  await store.commit([{ do: 'put', space: 'register', key: 'deleted', value: { copied: false, branches: [], committed: {} } }]);
  const { scrub, damaged, events } = await aScrub(store);
  scrub.ask();
  t.is(scrub.state().state, 'running');
  await idle(scrub);
  t.deepEqual(damaged, ['wrong']);
  t.like(scrub.state(), { state: 'idle', files: 2, bytes: 14, damaged: 1 });
  t.like(events[0], { type: 'scrubbed', files: 2, bytes: 14, damaged: 1 });
  t.truthy(scrub.state().finished);
});

test('one whose progress cannot be read begins anew', async (t) => {
  const store = memoryStore();
  await keep(store, 'a', 'content');
  const get = store.get.bind(store);
  store.get = async (space, key) => {
    if (space === 'scrub') throw new StoreError('damaged', 'the record is damaged');
    return get(space, key);
  };
  const { scrub } = await aScrub(store);
  scrub.ask();
  await idle(scrub);
  t.like(scrub.state(), { state: 'idle', files: 1, bytes: 7, damaged: 0 });
});

test('what a stop cuts off goes on there', async (t) => {
  const store = memoryStore();
  for (let i = 0; i < 20; i++) await keep(store, `file-${String(i).padStart(2, '0')}`, 'x'.repeat(1000));
  // About 20 ms a file.
  const first = await aScrub(store, { rate: 75_000 });
  first.scrub.ask();
  while (first.scrub.state().files < 5) await new Promise((resolve) => setTimeout(resolve, 5));
  await first.scrub.stop();
  const done = first.scrub.state().files;
  t.true(done < 20);
  t.deepEqual(first.events, []);
  const second = await aScrub(store);
  t.is(second.scrub.state().files, done);
  second.scrub.ask();
  await idle(second.scrub);
  t.like(second.scrub.state(), { files: 20, bytes: 20_000, damaged: 0 });
});

test('what is spent is waited for at the rate of the moment', async (t) => {
  let rate = 1_000;
  let waitedMs = 0;
  const throttle = new Throttle(() => rate, async (ms) => void (waitedMs += ms));
  for (let i = 0; i < 100; i++) await throttle.spend(10);
  t.is(Math.round(waitedMs), 1_000);
  rate = 250;
  await throttle.spend(1_000);
  t.is(Math.round(waitedMs), 5_000);
});

async function idle(scrub: Scrub): Promise<void> {
  while (scrub.state().state !== 'idle') await new Promise((resolve) => setTimeout(resolve, 2));
}
