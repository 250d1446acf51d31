/**
 * Rules of the protocol that the simulator can switch off, one at a time, to show that its checkers would notice their absence.
 * A real node runs with none.
 */
export const mutationNames = [
  'weak-into-main',
  'any-quorum',
  'no-joint-quorum',
  'drop-conflicts',
  'condition-always-holds',
  'drop-branch-on-accept',
  'ignore-own-branches',
  'remint-weak',
  'remint-strong',
  'early-412',
  'forget-mint',
  'judge-stale-view',
  'copy-counts-as-vote',
  'outdated-is-chosen',
  'race-on-oldest-epoch',
  'no-fence',
  'reply-before-sync',
  'read-before-sync',
  'ignore-op-ids',
  'accept-without-bytes',
  'keep-withdrawn',
  'believe-hearsay',
  'higher-ballot-wins-epoch',
  'vote-without-save',
  'fast-quorum-majority',
  'fast-ignores-base',
  'fast-ignores-promise',
  'fast-in-several-epochs',
  'fast-out-of-sync',
  'recovery-ignores-fast',
  'fast-read-by-majority',
  'sync-from-one',
  'drop-unasked',
  'drop-before-synced',
] as const;
export type Mutation = (typeof mutationNames)[number];
export type Mutations = ReadonlySet<Mutation>;
