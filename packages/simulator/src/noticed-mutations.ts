import { type Mutation, mutationNames } from '@coring/ring-node/ring';
import { optionsOf } from './options.js';
import { run } from './run.js';
import type { ScheduleName } from './schedules/index.js';
import { play } from './schedules/play.js';

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
  'follow-any-floor': { schedule: 'clock-ahead' },
};
const SEEDS_MAX = 600;
const PLAYS_MAX = 10;

/** What was found when a rule was switched off, and how many runs that took. */
export interface Noticed {
  readonly mutation: Mutation;
  /** The schedule, or the seeds, that were tried. */
  readonly where: string;
  readonly runs: number;
  /** Which checker complained first, and about what; undefined where none did. */
  readonly violation: string | undefined;
}

/** Switches one rule after the other off and looks whether the checkers notice. */
export function* noticedMutations(mutations: readonly Mutation[] = mutationNames): Generator<Noticed> {
  for (const mutation of mutations) {
    const place = shown[mutation];
    const isPlayed = 'schedule' in place;
    const runsMax = isPlayed ? PLAYS_MAX : SEEDS_MAX;
    let violation: string | undefined;
    let runs = 0;
    while (violation === undefined && runs < runsMax) {
      const seed = (isPlayed ? 1 : place.from) + runs++;
      [violation] = isPlayed ? play(place.schedule, { mutations: [mutation], seed }) : run(optionsOf(seed, { mutations: [mutation] })).violations;
    }
    yield { mutation, where: isPlayed ? place.schedule : `seeds from ${place.from}`, runs, violation };
  }
}
