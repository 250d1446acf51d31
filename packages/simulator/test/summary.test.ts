import test from 'ava';
import { optionsOf, run } from '../src/index.js';
import { Summary } from '../src/summary.js';

test('many runs end with what never happened in any of them, few do not', (t) => {
  const world = run(optionsOf(1));
  const summary = new Summary(1, 1_000);
  for (let i = 0; i < 999; i++) summary.add(() => world);
  t.notRegex(summary.table(), /^never/m);
  summary.add(() => world);
  const never = /^never +([^]*)$/m.exec(summary.table())?.[1] ?? '';
  t.true(never.includes('event clone') && never.includes('fault clone-disk'), never);
  for (const happened of world.counts.keys()) t.false(never.split(/,\s*/).includes(happened), happened);
});

test('the summary says of how many operations the order was judged, and counts what goes wrong by itself', (t) => {
  const world = run(optionsOf(2));
  const summary = new Summary(2, 1);
  summary.add(() => world);
  const judged = Number(/^judged +(\d+) operations/m.exec(summary.table())?.[1]);
  t.true(judged > 0 && judged <= world.history.operations.length, `${judged} of ${world.history.operations.length}`);
});
