import { setImmediate as breathe } from 'node:timers/promises';
import test from 'ava';
import { type ScheduleName, schedules } from '../src/schedules/index.js';
import { play } from '../src/schedules/play.js';

for (const name of Object.keys(schedules) as ScheduleName[]) {
  test(`every promise holds in the schedule ${name}`, async (t) => {
    t.timeout(60_000);
    await breathe();
    t.deepEqual(play(name), []);
  });
}

test('a schedule that waits in vain says so, and no checker is named', (t) => {
  t.deepEqual(play('passed-over', { mutations: ['keep-passed-over'] }), ['in-vain: waited in vain for the leaver to be gone']);
});
