import { memoryStore, type Store } from '@coring/file-store';
import test from 'ava';
import type { ScrubParts } from '../../src/node/scrub.js';
import type { RingEvent } from '../../src/ring/index.js';
import { aScrub, keep, ScrubClock } from './a-scrub.js';

const STARTED_MS = 1_790_000_000_000;
const [MINUTE, HOUR] = [60_000, 3_600_000];
const FILES = 200;
const FILE_BYTES = 60_000;
const names = Array.from({ length: FILES }, (_, i) => `file-${String(i).padStart(3, '0')}`);

test('all copies are read a minute after the first start, again when that long has passed since the end, and not before', async (t) => {
  const store = memoryStore();
  await keep(store, 'file', 'content');
  const clock = new ScrubClock(STARTED_MS);
  const { scrub, events, reads } = await aScrub(store, { ...of(clock), everyMs: HOUR });
  await clock.runTo(STARTED_MS + MINUTE - 1, scrub);
  t.deepEqual([reads, scrub.state().started], [[], undefined]);
  await clock.runTo(STARTED_MS + 2 * MINUTE - 1, scrub);
  t.deepEqual([reads.length, events.length], [1, 1]);
  const finishedMs = Date.parse(scrub.state().finished!);
  await clock.runTo(finishedMs + HOUR - 1, scrub);
  t.deepEqual([reads.length, events.length], [1, 1]);
  await clock.runTo(finishedMs + HOUR + MINUTE, scrub);
  t.deepEqual([reads.length, events.length], [2, 2]);
  await scrub.stop();
  // A restart makes it neither due nor forgotten.
  const againMs = Date.parse(scrub.state().finished!);
  const next = new ScrubClock(againMs + HOUR / 2);
  const second = await aScrub(store, { ...of(next), everyMs: HOUR });
  await next.runTo(againMs + HOUR - 1, second.scrub);
  t.deepEqual(second.reads, []);
  await next.runTo(againMs + HOUR + MINUTE, second.scrub);
  t.deepEqual(second.reads, ['file']);
});

test('where it is never due, nothing is read unless somebody asks', async (t) => {
  const store = memoryStore();
  await keep(store, 'file', 'content');
  const clock = new ScrubClock(STARTED_MS);
  const { scrub, reads } = await aScrub(store, { ...of(clock), everyMs: Infinity });
  await clock.runTo(STARTED_MS + 24 * HOUR, scrub);
  t.deepEqual(reads, []);
  scrub.ask();
  await clock.runTo(STARTED_MS + 25 * HOUR, scrub);
  t.deepEqual(reads, ['file']);
});

for (const [how, what, everyMs] of [
  ['stopped', 'it read its copies', HOUR],
  ['killed', 'it read its copies', HOUR],
  ['stopped', 'it read its copies because somebody had asked for it', Infinity],
] as const) {
  test(`a node that was ${how} while ${what} goes on by itself where it was`, async (t) => {
    const store = await aFullStore();
    const clock = new ScrubClock(STARTED_MS);
    const first = await aScrub(store, { ...of(clock), everyMs, isBusy: () => true, rate: 1e6 });
    await clock.runTo(STARTED_MS + MINUTE, first.scrub);
    if (everyMs === Infinity) first.scrub.ask();
    // It is written down every half a minute, and at a stop. All of it would take three quarters of one.
    await clock.runTo(STARTED_MS + MINUTE + 36_000, first.scrub);
    t.is(first.scrub.state().state, 'running');
    const done = first.scrub.state().files;
    t.true(done > 100 && done < 180, `${done} files`);
    if (how === 'stopped') await first.scrub.stop();
    const next = new ScrubClock(clock.nowMs + 10_000);
    const second = await aScrub(store, { ...of(next), everyMs });
    t.is(second.scrub.state().started, new Date(STARTED_MS + MINUTE).toISOString());
    await next.runTo(next.nowMs + 2 * MINUTE, second.scrub);
    const from = how === 'stopped' ? done : done - 30;
    t.true(second.reads.length <= FILES - from, `${second.reads.length} of ${FILES} files`);
    t.deepEqual(second.reads, names.slice(-second.reads.length));
    t.deepEqual([...new Set([...first.reads.slice(0, done), ...second.reads])], names);
    const { tookMs: _, ...told } = second.events[0] as Extract<RingEvent, { type: 'scrubbed' }>;
    t.deepEqual(told, { type: 'scrubbed', files: FILES, bytes: FILES * FILE_BYTES, damaged: 0 });
    t.is(second.scrub.state().started, new Date(STARTED_MS + MINUTE).toISOString());
  });
}

for (const [what, everyMs, isAsked, seconds] of [
  ['by themselves at the least rate, 1 MB/s', HOUR, false, (FILES * FILE_BYTES) / 1e6],
  ['by themselves in half of the time between two, where there is that much', 6_000, false, 3],
  ['when asked to at the rate of movement', HOUR, true, 2],
] as const) {
  test(`copies are read ${what}, and at a quarter of that while clients keep the node busy`, async (t) => {
    for (const [isBusy, times] of [[false, 1], [true, 4]] as const) {
      const clock = new ScrubClock(STARTED_MS);
      const { scrub, reads } = await aScrub(await aFullStore(), { ...of(clock), everyMs, isBusy: () => isBusy, rate: (FILES * FILE_BYTES) / 2 });
      if (isAsked) scrub.ask();
      await clock.runTo(STARTED_MS + 2 * MINUTE - 1, scrub);
      const { started, finished } = scrub.state();
      const tookS = (Date.parse(finished!) - Date.parse(started!)) / 1_000;
      t.true(Math.abs(tookS / (seconds * times) - 1) < 0.05, `${tookS} s rather than ${seconds * times} s`);
      t.deepEqual(reads, names);
    }
  });
}

test('a scrub is slower from the moment on that clients come, and as fast as before when they have gone', async (t) => {
  const clock = new ScrubClock(STARTED_MS);
  let isBusy = false;
  const { scrub, reads } = await aScrub(await aFullStore(), { ...of(clock), everyMs: HOUR, isBusy: () => isBusy });
  const readIn = async (ms: number): Promise<number> => {
    const before = reads.length;
    await clock.runTo(clock.nowMs + ms, scrub);
    return reads.length - before;
  };
  await clock.runTo(STARTED_MS + MINUTE, scrub);
  const quiet = await readIn(3_000);
  isBusy = true;
  const busy = await readIn(3_000);
  isBusy = false;
  const after = await readIn(3_000);
  t.true(quiet > 3.5 * busy && quiet < 4.5 * busy, `${quiet} and ${busy} files`);
  t.true(Math.abs(after / quiet - 1) < 0.1, `${quiet} and ${after} files`);
});

function of({ now, wait }: ScrubClock): Pick<ScrubParts, 'now' | 'wait'> {
  return { now, wait };
}

/** As many copies as make it last. */
async function aFullStore(): Promise<Store> {
  const store = memoryStore();
  for (const name of names) await keep(store, name, name.padEnd(FILE_BYTES, '.'));
  return store;
}
