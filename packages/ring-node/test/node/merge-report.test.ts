import { memoryStore, type Store } from '@coring/file-store';
import test from 'ava';
import { noLog } from '../../src/node/log.js';
import { MergeReport } from '../../src/node/merge-report.js';
import type { RingEvent } from '../../src/ring/index.js';

const self = 'a'.repeat(32);
const [b, c] = ['b'.repeat(32), 'c'.repeat(32)] as const;
const MINUTE = 60_000;
const all = { limit: 1_000 };

test('R06 a merge is told with what keeps the name and what stays beside it, the newest first, also after a restart', async (t) => {
  const store = memoryStore();
  const { report, clock } = await aReport(store);
  report.hear(merged('x', 1));
  clock.ms += 5;
  report.hear(merged('y', 0));
  await report.end();
  const again = await aReport(store, clock.ms);
  again.report.hear(merged('x', 0));
  const { merges, more } = again.report.told(all);
  t.deepEqual(merges.map(({ name, atMs, conflicts, conflictsInAll }) => [name, atMs, conflicts.length, conflictsInAll]), [['x', 1_005, 0, 0], ['y', 1_005, 0, 0], ['x', 1_000, 1, 1]]);
  t.deepEqual(merges[2]!.conflicts, [{ version: `1-${b}`, digest: 'd'.repeat(64), size: 3, modifiedMs: 7 }]);
  t.like(merges[2], { node: self, version: `9-${self}` });
  t.false(more);
});

test('merges are told in pages, and of one name where that is asked for', async (t) => {
  const { report } = await aReport(memoryStore());
  for (let i = 0; i < 25; i++) report.hear(merged(i % 5 === 0 ? 'five' : `name-${i}`, 0));
  const names: string[] = [];
  let before: string | undefined;
  for (let pages = 1; ; pages++) {
    const { merges, more } = report.told({ limit: 10, ...(before === undefined ? {} : { before }) });
    names.push(...merges.map(({ name }) => name));
    before = merges.at(-1)!.id;
    if (!more) break;
    t.true(pages < 3);
  }
  t.deepEqual(names, Array.from({ length: 25 }, (_, i) => (i % 5 === 0 ? 'five' : `name-${i}`)).reverse());
  t.is(report.told({ limit: 10, name: 'five' }).merges.length, 5);
});

test('the newest thousand merges are kept', async (t) => {
  const store = memoryStore();
  const { report } = await aReport(store);
  for (let i = 0; i < 1_100; i++) report.hear(merged(`name-${i}`, 0));
  await report.end();
  const { merges } = (await aReport(store)).report.told(all);
  t.deepEqual([merges.length, merges[0]!.name, merges.at(-1)!.name], [1_000, 'name-1099', 'name-100']);
});

test('R05 those that come back within a minute are told together, with the merges that follow', async (t) => {
  const store = memoryStore();
  const { report, clock } = await aReport(store);
  report.hear(member(b, 'down'));
  clock.ms += MINUTE;
  report.hear(member(c, 'down'));
  clock.ms += MINUTE;
  report.hear(member(c, 'up', 'down'));
  report.hear(merged('x', 1));
  clock.ms += 100;
  report.hear(member(b, 'up', 'down'));
  report.hear(merged('y', 0));
  await report.end();
  const { heals } = (await aReport(store)).report.told(all);
  t.deepEqual(heals, [{ atMs: 1_000 + 2 * MINUTE, sinceMs: 1_000, nodes: [c, b], merges: 2, withConflicts: 1 }]);
});

test('a node that comes back later is told for itself, and a merge much later belongs to neither', async (t) => {
  const { report, clock } = await aReport(memoryStore());
  report.hear(member(b, 'up', 'down'));
  clock.ms += 2 * MINUTE;
  report.hear(member(b, 'down', 'up'));
  report.hear(member(b, 'up', 'down'));
  clock.ms += 90 * MINUTE;
  report.hear(merged('x', 1));
  t.deepEqual(report.told(all).heals, [
    { atMs: 1_000 + 2 * MINUTE, sinceMs: 1_000 + 2 * MINUTE, nodes: [b], merges: 0, withConflicts: 0 },
    { atMs: 1_000, nodes: [b], merges: 0, withConflicts: 0 },
  ]);
});

test('a node that joins, is only suspected, or leaves for good, does not come back', async (t) => {
  const { report } = await aReport(memoryStore());
  report.hear(member(b, 'up'));
  report.hear(member(b, 'up', 'up'));
  report.hear(member(c, 'down', 'up'));
  report.hear(member(c, 'left', 'down'));
  t.deepEqual(report.told(all).heals, []);
});

async function aReport(store: Store, ms = 1_000): Promise<{ report: MergeReport; clock: { ms: number } }> {
  const clock = { ms };
  const report = new MergeReport({ store, log: noLog(), nodeId: self, now: () => clock.ms });
  await report.begin();
  return { report, clock };
}

function merged(name: string, conflicts: number): RingEvent {
  const added = Array.from({ length: conflicts }, () => ({ version: `1-${b}`, digest: 'd'.repeat(64), size: 3, modifiedMs: 7 }));
  return { type: 'merged', name, version: `9-${self}`, deleted: false, conflicts, added };
}

function member(nodeId: string, state: 'up' | 'down' | 'left', was?: 'up' | 'down'): RingEvent {
  return { type: 'member', nodeId, address: '127.0.0.1:1', state, ...(was === undefined ? {} : { was }), incarnation: 1 };
}
