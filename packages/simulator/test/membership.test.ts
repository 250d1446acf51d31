import { setImmediate as breathe } from 'node:timers/promises';
import test from 'ava';
import { churnFigures } from '../src/churn-figures.js';
import { membershipFigures } from '../src/membership-figures.js';

test('a hundred nodes that join at once are one ring, and all know of a crash within seconds', async (t) => {
  t.timeout(300_000);
  await breathe();
  const { firstDownSeconds, allDownSeconds, falseDowns, atRest, inStalls } = membershipFigures(100, 1);
  t.true(firstDownSeconds < 6, `noticed after ${firstDownSeconds} s`);
  t.true(allDownSeconds < firstDownSeconds + 1.5, `known to all after ${allDownSeconds} s`);
  t.is(falseDowns, 0);
  t.is(inStalls.downs, 0);
  t.true(atRest.messages < 5, `${atRest.messages} messages per second and node`);
  t.true(atRest.bytes < 3_000, `${atRest.bytes} bytes per second and node`);
  t.true(inStalls.bytes < 60_000, `${inStalls.bytes} bytes per second and node while some stand still`);
});

test('an hour of crashes, stops and pauses puts no healthy node out, and leaves one ring', async (t) => {
  t.timeout(300_000);
  await breathe();
  const { crashes, falselyDownSeconds, stops, pauses, wholeAgainSeconds } = churnFigures(5);
  t.true(Math.min(crashes, stops, pauses) > 5);
  t.is(falselyDownSeconds, 0);
  t.true(wholeAgainSeconds < 120, `whole again after ${wholeAgainSeconds} s`);
});
