import { setImmediate as breathe } from 'node:timers/promises';
import test from 'ava';
import { type Mutation, mutationNames } from '@coring/ring-node/ring';
import { optionsOf, run } from '../src/index.js';
import type { ScheduleName } from '../src/schedules/index.js';
import { play } from '../src/schedules/play.js';

/** Where the absence of each rule shows: in a hand-written schedule, however its chances fall, or in one of so many runs from a seed on. */
const shown: Record<Mutation, { readonly schedule: ScheduleName } | { readonly from: number }> = {
  'weak-into-main': { schedule: 'branches-on-both-sides' },
  'any-quorum': { schedule: 'branches-on-both-sides' },
  'no-joint-quorum': { schedule: 'retired-in-between' },
  'drop-conflicts': { schedule: 'branches-on-both-sides' },
  'condition-always-holds': { schedule: 'conditional-branch' },
  'drop-branch-on-accept': { schedule: 'branch-and-loser' },
  'ignore-own-branches': { schedule: 'lost-accepts-then-alone' },
  'remint-weak': { schedule: 'retry-elsewhere' },
  'remint-strong': { schedule: 'lost-accepts' },
  'early-412': { schedule: 'refused-after-accept' },
  'forget-mint': { schedule: 'power-failure' },
  'judge-stale-view': { schedule: 'stale-view' },
  'copy-counts-as-vote': { schedule: 'copied-by-most' },
  'outdated-is-chosen': { schedule: 'dead-sibling' },
  'race-on-oldest-epoch': { schedule: 'retired-in-between' },
  'no-fence': { schedule: 'overslept' },
  'reply-before-sync': { schedule: 'power-failure' },
  'read-before-sync': { schedule: 'power-failure-while-reading' },
  'ignore-op-ids': { schedule: 'retry-elsewhere' },
  'accept-without-bytes': { schedule: 'bytes-gone-before-accept' },
  'keep-withdrawn': { schedule: 'upload-given-up' },
  'believe-hearsay': { schedule: 'false-accuser' },
  'higher-ballot-wins-epoch': { schedule: 'decided-unheard' },
  'vote-without-save': { schedule: 'decided-unheard-and-restarted' },
  'fast-quorum-majority': { schedule: 'conditional-branch' },
  'fast-ignores-base': { schedule: 'growing-while-writing' },
  'fast-ignores-promise': { schedule: 'promised-first' },
  'fast-in-several-epochs': { schedule: 'blank-owners' },
  'fast-out-of-sync': { schedule: 'stale-voter' },
  'recovery-ignores-fast': { schedule: 'stale-voter' },
  'fast-read-by-majority': { schedule: 'conditional-branch' },
  'sync-from-one': { from: 1 },
  'drop-unasked': { from: 1 },
  'drop-before-synced': { schedule: 'bytes-before-registers' },
  'surplus-by-own-word': { schedule: 'late-surplus' },
  'untold-counts': { schedule: 'untold-majority' },
  'own-word-counts': { schedule: 'untold-majority-grows' },
  'aside-under-own-name': { schedule: 'forgotten-writer' },
  'condition-on-version-alone': { schedule: 'taken-in-again' },
  'clear-without-all': { schedule: 'away-while-reaped' },
  'reap-at-once': { schedule: 'aside-while-reaped' },
  'reap-unlike': { schedule: 'unheard-deletion' },
  'below-the-floor': { schedule: 'late-accept' },
};
const SEEDS_MAX = 600;
const PLAYS_MAX = 10;

for (const mutation of mutationNames) {
  test(`the checkers notice when a rule is switched off: ${mutation}`, async (t) => {
    t.timeout(300_000);
    await breathe();
    const where = shown[mutation];
    const violations = await ('schedule' in where ? firstPlayed(mutation, where.schedule) : firstViolations(mutation, where.from));
    t.not(violations.length, 0);
    t.log(violations[0]!.split('\n')[0]);
  });
}

async function firstPlayed(mutation: Mutation, name: ScheduleName): Promise<readonly string[]> {
  for (let seed = 1; seed <= PLAYS_MAX; seed++) {
    await breathe();
    const violations = play(name, { mutations: [mutation], seed });
    if (violations.length > 0) return violations;
  }
  return [];
}

async function firstViolations(mutation: Mutation, from: number): Promise<readonly string[]> {
  for (let seed = from; seed < from + SEEDS_MAX; seed++) {
    await breathe();
    const { violations } = run(optionsOf(seed, { mutations: [mutation] }));
    if (violations.length > 0) return violations;
  }
  return [];
}
