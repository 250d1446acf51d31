import { run } from './world.mjs';
import { cpuUs } from './processes.mjs';
import { median, spread } from './statistics.mjs';

/** A round that is no good is made again, at most so many times as there are rounds. */
const REPEATS = 1;

/**
 * Measures several sides in turns, A B A B, so that what the machine does meanwhile hits all alike. The first is ours.
 *
 * A side has `name`, `pids` (of all its servers), `play(round, seconds)` resolving with `{units, seconds}` (of which CPU and rate are
 * computed), and perhaps `isHealthy({rate, cpuUs})`: a round in which it is not counts for nobody.
 * @returns for each side `{name, rate, cpuUs, ratio, rounds}`: medians, and the spread of (first side / this side) by round
 */
export async function contest(sides, { rounds, seconds }) {
  for (const side of sides) await playOf(side, 'warm', Math.min(1, seconds));
  const kept = [];
  let refused = 0;
  while (kept.length < rounds && refused <= rounds * REPEATS) {
    const round = await oneRound(sides, `${kept.length + refused}`, seconds);
    if (sides.every((side, i) => side.isHealthy?.(round[i]) ?? true)) kept.push(round);
    else refused++;
  }
  if (kept.length === 0) throw new Error(`in none of ${refused} rounds were all sides healthy`);
  const results = sides.map(({ name }, i) => ({
    name,
    rate: median(kept.map((round) => round[i].rate)),
    cpuUs: median(kept.map((round) => round[i].cpuUs)),
    ratio: spread(kept.map((round) => round[0].rate / round[i].rate)),
    rounds: kept.map((round) => round[i]),
  }));
  return { results, refused };
}

async function oneRound(sides, round, seconds) {
  const results = [];
  for (const side of sides) results.push(await playOf(side, round, seconds));
  return results;
}

/** What others have written and not synced would be synced by whoever comes next: the disk is brought to rest first. */
async function playOf(side, round, seconds) {
  await run('sync', []);
  const before = cpuUs(side.pids);
  const { units, seconds: took, ...more } = await side.play(round, seconds);
  return { ...more, units, seconds: took, rate: units / took, cpuUs: (cpuUs(side.pids) - before) / units };
}
