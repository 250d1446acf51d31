import test from 'ava';
import { type ScheduleName, schedules } from '../src/schedules/index.js';
import { play } from '../src/schedules/play.js';

for (const name of Object.keys(schedules) as ScheduleName[]) {
  test(`every promise holds in the schedule ${name}`, (t) => {
    t.deepEqual(play(name), []);
  });
}
