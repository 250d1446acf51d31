import { type Mutation, mutationNames } from '@coring/ring-node/ring';
import type { ScheduleName } from './schedules/index.js';
import { play } from './schedules/play.js';

/** The hand-written schedule in which the absence of each rule shows, however its chances fall. */
const shown: Record<Mutation, ScheduleName> = {
  'weak-into-main': 'branches-on-both-sides',
  'any-quorum': 'branches-on-both-sides',
  'no-joint-quorum': 'retired-in-between',
  'drop-conflicts': 'branches-on-both-sides',
  'drop-alike': 'alike',
  'first-alike': 'alike-and-lost',
  'drop-unacknowledged': 'unacknowledged-loser',
  'condition-always-holds': 'conditional-branch',
  'drop-branch-on-accept': 'branch-and-loser',
  'ignore-own-branches': 'lost-accepts-then-alone',
  'remint-weak': 'retry-elsewhere',
  'remint-strong': 'lost-accepts',
  'early-412': 'refused-after-accept',
  'delete-nothing': 'deleted-before-made',
  'refuse-tracelessly': 'refused-and-built-on',
  'remake-tracelessly': 'order-changed',
  'merge-tracelessly': 'judged-on-both',
  'recover-tracelessly': 'merged-twice',
  'forget-mint': 'power-failure',
  'judge-stale-view': 'stale-view',
  'judge-contested': 'condition-on-condition',
  'aside-as-judged': 'built-on-unchosen',
  'covered-as-judged': 'built-on-under-way',
  'forgotten-as-judged': 'built-on-and-forgotten',
  'weak-though-strict': 'built-on-under-way-strictly',
  'replace-unseen': 'repeated-unseen',
  'guess-under-own-name': 'repeated-unseen',
  'copy-counts-as-vote': 'copied-by-most',
  'outdated-is-chosen': 'dead-sibling',
  'race-on-oldest-epoch': 'retired-in-between',
  'no-fence': 'overslept',
  'reply-before-sync': 'power-failure',
  'read-before-sync': 'power-failure-while-reading',
  'ignore-op-ids': 'retry-elsewhere',
  'forget-losers': 'repeated-apart',
  'leave-repeat': 'repeated-and-forgotten',
  'remember-by-version': 'slow-clock-and-forgotten',
  'accept-without-bytes': 'bytes-gone-before-accept',
  'keep-withdrawn': 'upload-given-up',
  'believe-hearsay': 'false-accuser',
  'never-refute': 'false-accuser',
  'doubt-the-dead': 'false-accuser',
  'no-deadline': 'overslept',
  'higher-ballot-wins-epoch': 'decided-unheard',
  'vote-without-save': 'decided-unheard-and-restarted',
  'unmet-newcomer': 'newcomer-never-comes',
  'no-other-way-home': 'cut-from-the-origin',
  'dead-epoch-decides': 'left-unheard',
  'minority-of-before': 'two-of-five',
  'welcome-the-forgetful': 'left-and-back',
  'fast-quorum-majority': 'conditional-branch',
  'fast-ignores-base': 'growing-while-writing',
  'fast-ignores-promise': 'promised-first',
  'fast-in-several-epochs': 'blank-owners',
  'fast-out-of-sync': 'stale-voter',
  'recovery-ignores-fast': 'stale-voter',
  'fast-read-by-majority': 'conditional-branch',
  'sync-from-one': 'newcomer-asks',
  'synced-for-another': 'late-lap',
  'drop-unasked': 'late-surplus',
  'drop-before-synced': 'bytes-before-registers',
  'look-on': 'looked-before',
  'remember-the-old': 'written-meanwhile',
  'surplus-by-own-word': 'late-surplus',
  'equal-though-damaged': 'damaged-after-move',
  'wait-for-uploads': 'slow-upload-while-moving',
  'keep-passed-over': 'passed-over',
  'voters-alone-look': 'last-copy-without-vote',
  'untold-counts': 'untold-majority',
  'untold-gives': 'untold-giver',
  'later-copy-tells': 'retired-elsewhere',
  'ready-when-told': 'ready-meanwhile',
  'own-word-counts': 'untold-majority-grows',
  'aside-under-own-name': 'forgotten-writer',
  'condition-on-version-alone': 'taken-in-again',
  'clear-without-all': 'away-while-reaped',
  'clear-with-unmerged': 'aside-while-reaped',
  'clear-while-moving': 'moving-while-reaped',
  'reap-at-once': 'aside-while-reaped',
  'reap-unlike': 'unheard-deletion',
  'reap-with-conflicts': 'conflict-beside-tombstone',
  'reap-in-any-order': 'half-reaped',
  'refresh-takes-all': 'told-and-reaped',
  'take-reaped': 'told-to-non-voter',
  'take-belated': 'belated-copy',
  'count-untaken': 'counted-in-vain',
  'below-the-floor': 'late-accept',
  'branch-below-the-floor': 'late-branch',
  'late-floor': 'late-branch-between-laps',
  'mint-across-the-floor': 'slow-upload',
  'follow-any-floor': 'clock-ahead',
  'heed-the-forgotten': 'forgotten-returns',
  'forgotten-forgets': 'forgotten-and-back',
};
const PLAYS_MAX = 10;

/** What was found when a rule was switched off, and how many plays that took. */
export interface Noticed {
  readonly mutation: Mutation;
  readonly schedule: ScheduleName;
  readonly plays: number;
  /** What the checkers complained of, each line beginning with the checker's name; none if nobody noticed. */
  readonly violations: readonly string[];
}

/** The checkers that complained, each once. */
export function checkersOf({ violations }: Pick<Noticed, 'violations'>): string[] {
  return [...new Set(violations.map((violation) => violation.slice(0, violation.indexOf(':'))))];
}

/** Switches one rule after the other off and looks whether the checkers notice. */
export function* noticedMutations(mutations: readonly Mutation[] = mutationNames): Generator<Noticed> {
  for (const mutation of mutations) {
    const schedule = shown[mutation];
    let violations: readonly string[] = [];
    let plays = 0;
    while (violations.length === 0 && plays < PLAYS_MAX) violations = play(schedule, { mutations: [mutation], seed: ++plays });
    yield { mutation, schedule, plays, violations };
  }
}
