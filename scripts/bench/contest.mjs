import { run } from './world.mjs';
import { flushesOf } from './disk.mjs';
import { cpuUs } from './processes.mjs';
import { median, spread } from './statistics.mjs';

/** A round that is no good for a peer is made again, at most so many times as there are rounds. */
const REPEATS = 1;

/** Sides play for so many rounds' time before it counts: ours, which compiles its code while it runs, until it has done so; then its peers. */
const WARM_UP_ROUNDS = 10;
const PEER_WARM_UP_ROUNDS = 3;

/**
 * Measures several sides in turns, A B A B, so that what the machine does meanwhile hits all alike. The first is ours.
 *
 * A side has `name`, `pids` (of all its servers), `play(round, seconds)` resolving with `{units, seconds}` (of which CPU and rate are
 * computed), and perhaps `isHealthy({rate, cpuUs})`: a round in which it is not does not count for it.
 * @returns for each side `{name, rate, cpuUs, flushes, ratio, rounds, refused}`: medians (units a second, CPU and flushes of the disk by unit), the
 * spread of (first side / this side) by round, and how many rounds did not count
 */
export async function contest(sides, { rounds, seconds, folder }) {
  for (const [i, side] of sides.entries()) await playOf(side, 'warm', { seconds: (i === 0 ? WARM_UP_ROUNDS : PEER_WARM_UP_ROUNDS) * seconds, folder });
  const played = [];
  const healthy = (i) => played.filter((round) => sides[i].isHealthy?.(round[i]) ?? true);
  const isEnough = () => sides.every((_, i) => healthy(i).length >= rounds);
  while (!isEnough() && played.length < rounds * (1 + REPEATS)) played.push(await oneRound(sides, `${played.length}`, { seconds, folder }));
  return sides.map(({ name }, i) => {
    const counted = healthy(i);
    if (counted.length === 0) throw new Error(`${name} was healthy in none of ${played.length} rounds`);
    const own = counted.map((round) => round[i]);
    const middle = (figure) => median(own.map((side) => side[figure]));
    const ratio = spread(counted.map((round) => round[0].rate / round[i].rate));
    return { name, rate: middle('rate'), cpuUs: middle('cpuUs'), flushes: middle('flushes'), ratio, rounds: own, refused: played.length - counted.length };
  });
}

async function oneRound(sides, round, how) {
  const results = [];
  for (const side of sides) results.push(await playOf(side, round, how));
  return results;
}

/** What others have written and not synced would be synced by whoever comes next: the disk is brought to rest first. */
async function playOf(side, round, { seconds, folder }) {
  await run('sync', []);
  const [cpuBefore, flushesBefore] = [cpuUs(side.pids), flushesOf(folder)];
  const { units, seconds: took, ...more } = await side.play(round, seconds);
  const [cpu, flushes] = [cpuUs(side.pids) - cpuBefore, flushesOf(folder) - flushesBefore];
  return { ...more, units, seconds: took, rate: units / took, cpuUs: cpu / units, flushes: flushes / units };
}
