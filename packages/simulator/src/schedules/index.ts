import type { Options } from '../options.js';
import { acceptAtFew } from './accept-at-few.js';
import { branchesOnBothSides } from './branches-on-both-sides.js';
import { growingWhileWriting } from './growing.js';
import { drainedLeaver, forgottenNode } from './leave-for-good.js';
import { powerFailure } from './power-failure.js';
import { retryElsewhere } from './retry-elsewhere.js';
import { restartBetweenLaps, rivalProposers, voteWithoutMajority } from './rival-proposers.js';
import type { Schedule } from './stage.js';
import { survivorOfTwo } from './survivor-of-two.js';

interface Staged {
  readonly schedule: Schedule;
  readonly nodes: number;
  readonly changes?: Partial<Options>;
}

/** All hand-written schedules by name. */
export const schedules = {
  'accept-at-few': { schedule: acceptAtFew, nodes: 3 },
  'branches-on-both-sides': { schedule: branchesOnBothSides, nodes: 4 },
  'drained-leaver': { schedule: drainedLeaver, nodes: 3, changes: { settings: { copies: 1, forgetAfterMs: 600_000, writes: 'weak', minCopies: 1 } } },
  'forgotten-node': { schedule: forgottenNode, nodes: 3 },
  'growing-while-writing': { schedule: growingWhileWriting, nodes: 1 },
  'power-failure': { schedule: powerFailure, nodes: 3 },
  'restart-between-laps': { schedule: restartBetweenLaps, nodes: 4 },
  'retry-elsewhere': { schedule: retryElsewhere, nodes: 4 },
  'rival-proposers': { schedule: rivalProposers, nodes: 5 },
  'survivor-of-two': { schedule: survivorOfTwo, nodes: 2 },
  'vote-without-majority': { schedule: voteWithoutMajority, nodes: 4 },
} as const satisfies Record<string, Staged>;

export type ScheduleName = keyof typeof schedules;
