import type { Options } from '../options.js';
import { acceptAtFew } from './accept-at-few.js';
import { alike } from './alike.js';
import { alikeAndLost } from './alike-and-lost.js';
import { fallsAsleep, mostAsleep } from './asleep.js';
import { deletedBeforeMade, orderChanged } from './begun-anew.js';
import { blankOwners } from './blank-owners.js';
import { branchAndLoser } from './branch-and-loser.js';
import { branchesOnBothSides } from './branches-on-both-sides.js';
import { builtOnAndForgotten, builtOnUnchosen, builtOnUnderWay, builtOnUnderWayStrictly } from './built-on-unchosen.js';
import { bytesBeforeRegisters } from './bytes-before-registers.js';
import { bytesGoneBeforeAccept } from './bytes-gone-before-accept.js';
import { clockAhead } from './clock-ahead.js';
import { conditionalBranch } from './conditional-branch.js';
import { conditionOnCondition } from './condition-on-condition.js';
import { conflictBesideTombstone } from './conflict-beside-tombstone.js';
import { countedInVain } from './counted-in-vain.js';
import { copiedByMost } from './copied-by-most.js';
import { cutFromAGiver } from './cut-from-a-giver.js';
import { cutFromTheOrigin } from './cut-from-the-origin.js';
import { damagedAfterMove } from './damaged-after-move.js';
import { deadSibling } from './dead-sibling.js';
import { decidedUnheard, decidedUnheardAndRestarted } from './decided-unheard.js';
import { falseAccuser } from './false-accuser.js';
import { forgottenAndBack } from './forgotten-and-back.js';
import { forgottenReturns } from './forgotten-returns.js';
import { forgottenWriter } from './forgotten-writer.js';
import { givenUp } from './given-up.js';
import { growingWhileWriting } from './growing.js';
import { lookedBefore, writtenMeanwhile } from './held-scans.js';
import { judgedOnBoth } from './judged-on-both.js';
import { drainedLeaver, forgottenNode, leaderLeavesWhileOwnerIsAway, leaderLeavesWithOrphans, leaderLeavesWithOrphansAndMore, leaderLeavesWithThirdCopy } from './leave-for-good.js';
import { lastCopyWithoutVote } from './last-copy-without-vote.js';
import { lateBranch, lateBranchBetweenLaps } from './late-branch.js';
import { lateLap } from './late-lap.js';
import { lateSurplus } from './late-surplus.js';
import { leftAndBack } from './left-and-back.js';
import { leftUnheard } from './left-unheard.js';
import { lostAccepts, lostAcceptsThenAlone } from './lost-accepts.js';
import { mergedTwice } from './merged-twice.js';
import { movingWhileReaped } from './moving-while-reaped.js';
import { newcomerAsks } from './newcomer-asks.js';
import { newcomerNeverComes } from './newcomer-never-comes.js';
import { outBeforeCopied } from './out-before-copied.js';
import { overslept } from './overslept.js';
import { chosenByHearsay, firstVersionPassedOver, lastVersionLost, mergePassedOver, mergePassedOverAndWritten, passedOver, passedOverAndDeleted, passedOverAndWritten, writtenThroughLeaver } from './passed-over.js';
import { powerFailure, powerFailureWhileReading } from './power-failure.js';
import { promisedFirst } from './promised-first.js';
import { readyMeanwhile } from './ready-meanwhile.js';
import { asideWhileReaped, awayWhileReaped, lateAccept, reaped, unheardDeletion } from './reaped.js';
import { repeatedAndForgotten } from './repeated-and-forgotten.js';
import { deletedApart, repeatedApart } from './repeated-apart.js';
import { retryElsewhere } from './retry-elsewhere.js';
import { refusedAfterAccept, refusedAndBuiltOn } from './refused-after-accept.js';
import { retiredElsewhere } from './retired-elsewhere.js';
import { retiredInBetween } from './retired-in-between.js';
import { restartBetweenLaps, rivalProposers, voteWithoutMajority } from './rival-proposers.js';
import { quiet, type Schedule } from './stage.js';
import { deletedTwice, repeatedUnseen } from './set-aside.js';
import { secondWord, secondWordAfterCrash } from './second-word.js';
import { shrinksToOne } from './shrinks-to-one.js';
import { slowUploadWhileMoving } from './slow-upload-while-moving.js';
import { slowUpload } from './slow-upload.js';
import { slowClockAndForgotten } from './slow-clock-and-forgotten.js';
import { staleView } from './stale-view.js';
import { staleVoter } from './stale-voter.js';
import { survivorOfTwo } from './survivor-of-two.js';
import { takenInAgain } from './taken-in-again.js';
import { twoOfFive, twoOfFiveVote } from './two-of-five.js';
import { unacknowledgedLoser } from './unacknowledged-loser.js';
import { untoldGiver, untoldMajority, untoldMajorityGrows } from './untold-majority.js';
import { belatedLap } from './belated-lap.js';
import { belatedCopy, givenToNonVoter, halfReaped, toldAndReaped, toldToNonVoter } from './told-and-reaped.js';
import { uploadGivenUp } from './upload-given-up.js';

interface Staged {
  readonly schedule: Schedule;
  readonly nodes: number;
  readonly changes?: Partial<Options>;
}

/** Nodes are patient with a majority that is silent. */
const patient: Partial<Options> = { workload: { ...quiet.workload, deadlineMs: 10_000 } };

/** All hand-written schedules by name. */
export const schedules = {
  'accept-at-few': { schedule: acceptAtFew, nodes: 3 },
  'alike': { schedule: alike, nodes: 6 },
  'alike-and-lost': { schedule: alikeAndLost, nodes: 5 },
  'belated-copy': { schedule: belatedCopy, nodes: 6, changes: { ...copies(6), reapAfterMs: 10_000 } },
  'belated-lap': { schedule: belatedLap, nodes: 3, changes: { ...copies(0), reapAfterMs: 10_000 } },
  'branch-and-loser': { schedule: branchAndLoser, nodes: 6, changes: copies(5) },
  'branches-on-both-sides': { schedule: branchesOnBothSides, nodes: 4 },
  'aside-while-reaped': { schedule: asideWhileReaped, nodes: 4, changes: { reapAfterMs: 10_000 } },
  'away-while-reaped': { schedule: awayWhileReaped, nodes: 4, changes: { reapAfterMs: 10_000 } },
  'blank-owners': { schedule: blankOwners, nodes: 3 },
  'built-on-and-forgotten': { schedule: builtOnAndForgotten, nodes: 5, changes: patient },
  'built-on-unchosen': { schedule: builtOnUnchosen, nodes: 5, changes: patient },
  'built-on-under-way': { schedule: builtOnUnderWay, nodes: 5, changes: patient },
  'built-on-under-way-strictly': { schedule: builtOnUnderWayStrictly, nodes: 5, changes: patient },
  'bytes-before-registers': { schedule: bytesBeforeRegisters, nodes: 1 },
  'bytes-gone-before-accept': { schedule: bytesGoneBeforeAccept, nodes: 4, changes: { workload: { ...quiet.workload, largeChance: 1 } } },
  'chosen-by-hearsay': { schedule: chosenByHearsay, nodes: 3 },
  'clock-ahead': { schedule: clockAhead, nodes: 4, changes: { reapAfterMs: 10_000 } },
  'conditional-branch': { schedule: conditionalBranch, nodes: 4 },
  'condition-on-condition': { schedule: conditionOnCondition, nodes: 6 },
  'conflict-beside-tombstone': { schedule: conflictBesideTombstone, nodes: 4, changes: { reapAfterMs: 10_000 } },
  'copied-by-most': { schedule: copiedByMost, nodes: 3 },
  'counted-in-vain': { schedule: countedInVain, nodes: 5, changes: copies(6) },
  'cut-from-a-giver': { schedule: cutFromAGiver, nodes: 4 },
  'cut-from-the-origin': { schedule: cutFromTheOrigin, nodes: 4 },
  'damaged-after-move': { schedule: damagedAfterMove, nodes: 1, changes: copies(1) },
  'dead-sibling': { schedule: deadSibling, nodes: 3 },
  'decided-unheard': { schedule: decidedUnheard, nodes: 3 },
  'decided-unheard-and-restarted': { schedule: decidedUnheardAndRestarted, nodes: 3 },
  'deleted-apart': { schedule: deletedApart, nodes: 5 },
  'deleted-before-made': { schedule: deletedBeforeMade, nodes: 5, changes: patient },
  'deleted-twice': { schedule: deletedTwice, nodes: 5 },
  'drained-leaver': { schedule: drainedLeaver, nodes: 3, changes: copies(1) },
  'falls-asleep': { schedule: fallsAsleep, nodes: 2, changes: { ...copies(1), workload: { ...quiet.workload, largeChance: 1 } } },
  'false-accuser': { schedule: falseAccuser, nodes: 4 },
  'first-version-passed-over': { schedule: firstVersionPassedOver, nodes: 3 },
  'forgotten-and-back': { schedule: forgottenAndBack, nodes: 3 },
  'forgotten-node': { schedule: forgottenNode, nodes: 3 },
  'forgotten-returns': { schedule: forgottenReturns, nodes: 3, changes: { reapAfterMs: 10_000 } },
  'forgotten-writer': { schedule: forgottenWriter, nodes: 1, changes: copies(1) },
  'given-up': { schedule: givenUp, nodes: 4, changes: { ...forgetting(2_000), reapAfterMs: 10_000 } },
  'given-to-non-voter': { schedule: givenToNonVoter, nodes: 6, changes: { ...copies(6), reapAfterMs: 10_000 } },
  'growing-while-writing': { schedule: growingWhileWriting, nodes: 1 },
  'half-reaped': { schedule: halfReaped, nodes: 7, changes: { ...copies(0), reapAfterMs: 10_000 } },
  'judged-on-both': { schedule: judgedOnBoth, nodes: 6, changes: patient },
  'last-copy-without-vote': { schedule: lastCopyWithoutVote, nodes: 9, changes: copies(0) },
  'last-version-lost': { schedule: lastVersionLost, nodes: 3 },
  'late-accept': { schedule: lateAccept, nodes: 4, changes: { reapAfterMs: 10_000 } },
  'late-branch': { schedule: lateBranch, nodes: 4, changes: { reapAfterMs: 10_000 } },
  'late-branch-between-laps': { schedule: lateBranchBetweenLaps, nodes: 4, changes: { reapAfterMs: 10_000 } },
  'late-lap': { schedule: lateLap, nodes: 1, changes: { settings: { ...quiet.settings, copies: 1, forgetAfterMs: 10_000 } } },
  'late-surplus': { schedule: lateSurplus, nodes: 3 },
  'leader-leaves-while-owner-is-away': { schedule: leaderLeavesWhileOwnerIsAway, nodes: 4, changes: copies(1) },
  'leader-leaves-with-orphans': { schedule: leaderLeavesWithOrphans, nodes: 4, changes: copies(1) },
  'leader-leaves-with-orphans-and-more': { schedule: leaderLeavesWithOrphansAndMore, nodes: 4, changes: copies(1) },
  'leader-leaves-with-third-copy': { schedule: leaderLeavesWithThirdCopy, nodes: 5 },
  'left-and-back': { schedule: leftAndBack, nodes: 3 },
  'left-unheard': { schedule: leftUnheard, nodes: 1 },
  'looked-before': { schedule: lookedBefore, nodes: 4, changes: forgetting(2_000) },
  'lost-accepts': { schedule: lostAccepts, nodes: 4 },
  'lost-accepts-then-alone': { schedule: lostAcceptsThenAlone, nodes: 4 },
  'merge-passed-over': { schedule: mergePassedOver, nodes: 3 },
  'merge-passed-over-and-written': { schedule: mergePassedOverAndWritten, nodes: 3 },
  'merged-twice': { schedule: mergedTwice, nodes: 6, changes: patient },
  'most-asleep': { schedule: mostAsleep, nodes: 4 },
  'moving-while-reaped': { schedule: movingWhileReaped, nodes: 3, changes: { reapAfterMs: 10_000 } },
  'newcomer-asks': { schedule: newcomerAsks, nodes: 3 },
  'newcomer-never-comes': { schedule: newcomerNeverComes, nodes: 1 },
  'order-changed': { schedule: orderChanged, nodes: 5, changes: patient },
  'out-before-copied': { schedule: outBeforeCopied, nodes: 4, changes: forgetting(2_000) },
  'overslept': { schedule: overslept, nodes: 3 },
  'passed-over': { schedule: passedOver, nodes: 3 },
  'passed-over-and-deleted': { schedule: passedOverAndDeleted, nodes: 3 },
  'passed-over-and-written': { schedule: passedOverAndWritten, nodes: 3 },
  'passed-over-with-copies-everywhere': { schedule: passedOverAndWritten, nodes: 3, changes: copies(0) },
  'power-failure': { schedule: powerFailure, nodes: 3, changes: { ...copies(1), disk: { syncMs: 40, slowChance: 0, slowMs: 0 } } },
  'power-failure-while-reading': { schedule: powerFailureWhileReading, nodes: 1, changes: { disk: { syncMs: 40, slowChance: 0, slowMs: 0 } } },
  'promised-first': { schedule: promisedFirst, nodes: 4 },
  'reaped': { schedule: reaped, nodes: 4, changes: { reapAfterMs: 10_000 } },
  'ready-meanwhile': { schedule: readyMeanwhile, nodes: 4, changes: forgetting(10_000) },
  'refused-after-accept': { schedule: refusedAfterAccept, nodes: 5 },
  'refused-and-built-on': { schedule: refusedAndBuiltOn, nodes: 5 },
  'repeated-and-forgotten': { schedule: repeatedAndForgotten, nodes: 5 },
  'repeated-apart': { schedule: repeatedApart, nodes: 5 },
  'repeated-unseen': { schedule: repeatedUnseen, nodes: 5 },
  'restart-between-laps': { schedule: restartBetweenLaps, nodes: 4 },
  'retired-elsewhere': { schedule: retiredElsewhere, nodes: 1, changes: copies(1) },
  'retired-in-between': { schedule: retiredInBetween, nodes: 1, changes: copies(1) },
  'retry-elsewhere': { schedule: retryElsewhere, nodes: 4 },
  'rival-proposers': { schedule: rivalProposers, nodes: 5 },
  'second-word': { schedule: secondWord, nodes: 1, changes: forgetting(2_000) },
  'second-word-after-crash': { schedule: secondWordAfterCrash, nodes: 1, changes: forgetting(2_000) },
  'shrinks-to-one': { schedule: shrinksToOne, nodes: 3 },
  'slow-clock-and-forgotten': { schedule: slowClockAndForgotten, nodes: 5 },
  'slow-upload-while-moving': { schedule: slowUploadWhileMoving, nodes: 1 },
  'slow-upload': { schedule: slowUpload, nodes: 4, changes: { reapAfterMs: 10_000, workload: { ...quiet.workload, largeChance: 1, deadlineMs: 120_000 } } },
  'stale-voter': { schedule: staleVoter, nodes: 4, changes: forgetting(10_000) },
  'stale-view': { schedule: staleView, nodes: 5 },
  'survivor-of-two': { schedule: survivorOfTwo, nodes: 2 },
  'taken-in-again': { schedule: takenInAgain, nodes: 5 },
  'told-and-reaped': { schedule: toldAndReaped, nodes: 3, changes: { reapAfterMs: 10_000 } },
  'told-to-non-voter': { schedule: toldToNonVoter, nodes: 6, changes: { ...copies(6), reapAfterMs: 10_000 } },
  'two-of-five': { schedule: twoOfFive, nodes: 5, changes: copies(5) },
  'two-of-five-vote': { schedule: twoOfFiveVote, nodes: 5, changes: copies(5) },
  'unacknowledged-loser': { schedule: unacknowledgedLoser, nodes: 4 },
  'unheard-deletion': { schedule: unheardDeletion, nodes: 4, changes: { reapAfterMs: 10_000 } },
  'untold-giver': { schedule: untoldGiver, nodes: 4, changes: forgetting(10_000) },
  'untold-majority': { schedule: untoldMajority, nodes: 4, changes: forgetting(10_000) },
  'untold-majority-grows': { schedule: untoldMajorityGrows, nodes: 4, changes: forgetting(10_000) },
  'upload-given-up': { schedule: uploadGivenUp, nodes: 3, changes: { workload: { ...quiet.workload, largeChance: 1 } } },
  'vote-without-majority': { schedule: voteWithoutMajority, nodes: 4 },
  'written-meanwhile': { schedule: writtenMeanwhile, nodes: 4 },
  'written-through-leaver': { schedule: writtenThroughLeaver, nodes: 3 },
} as const satisfies Record<string, Staged>;

export type ScheduleName = keyof typeof schedules;

function copies(number: number): Pick<Options, 'settings'> {
  return { settings: { copies: number, forgetAfterMs: 600_000, writes: 'weak', minCopies: 1 } };
}

function forgetting(forgetAfterMs: number): Pick<Options, 'settings'> {
  return { settings: { ...quiet.settings, forgetAfterMs } };
}
