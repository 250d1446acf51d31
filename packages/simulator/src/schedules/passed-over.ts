import { isCurrent } from './current.js';
import { type Cast, castOf, leaverGoes, letLeave, loseOther, majorityGone, replaceOther, uploadAtTwo } from './majority-gone.js';
import { bringsRegisters } from './stale-voter.js';
import type { Schedule, Stage } from './stage.js';

/**
 * Two of three have accepted an upload, the third has no room. One of the two leaves for good; the other's disk is lost, and the operator forgets it: the
 * third and a newcomer are a majority then, and go on with the value before. The one that leaves still has the upload and brings it back.
 */
export const passedOver: Schedule = (stage) => {
  const { workload, name } = stage;
  const cast = uploadAtTwo(stage);
  const newcomer = majorityGone(stage, cast);
  leaverGoes(stage, cast);
  stage.answered(workload.read(newcomer, name));
};

/** The same, but somebody has written over the value before: the upload is kept beside that. With copies on every node what was written would come to the leaver, too. */
export const passedOverAndWritten: Schedule = (stage) => {
  const { workload, name } = stage;
  const cast = uploadAtTwo(stage);
  majorityGone(stage, cast);
  stage.answered(workload.put(cast.third, name));
  leaverGoes(stage, cast);
};

/** The same, but somebody has deleted what was there before: it stays deleted. */
export const passedOverAndDeleted: Schedule = (stage) => {
  const { workload, name } = stage;
  const cast = uploadAtTwo(stage);
  majorityGone(stage, cast);
  stage.answered(workload.delete(cast.third, name));
  stage.answered(workload.read(cast.third, name));
  leaverGoes(stage, cast);
};

/** The same, but a client writes through the leaver itself, before and after the newcomer is in: that node knows better than the majority what was there. */
export const writtenThroughLeaver: Schedule = (stage) => {
  const { workload, name } = stage;
  const cast = uploadAtTwo(stage);
  const { third, other, leaver } = cast;
  const before = third.disk.register(name)!.value!.digest;
  letLeave(stage, cast);
  loseOther(stage, cast);
  stage.until('it forgotten', () => leaver.ring!.membership.roster.get(other.nodeId)?.forgotten === true);
  stage.answered(workload.put(leaver, name, { ifMatch: [before] }));
  stage.answered(workload.put(leaver, name));
  leaverGoes(stage, cast);
};

/** What the third has missed is the first version of all. A client that would make the file through the leaver, if there is none, is told that there is. */
export const firstVersionPassedOver: Schedule = (stage) => {
  const { workload, name } = stage;
  const cast = castOf(stage);
  const { third, leaver } = cast;
  stage.lose((_from, to, { type }) => to === third && (bringsRegisters(type) || type === 'QUERY'));
  stage.answered(workload.put(leaver, name));
  letLeave(stage, cast);
  stage.heal();
  replaceOther(stage, cast);
  stage.answered(workload.read(leaver, name));
  stage.answered(workload.put(leaver, name, { ifNoneMatch: '*' }));
  leaverGoes(stage, cast);
};

/** That the upload was chosen the leaver hears only when it asks the other one what it has. That one's disk is lost then. */
export const chosenByHearsay: Schedule = (stage) => {
  const { workload, name } = stage;
  const cast = castOf(stage);
  const { third, other, leaver } = cast;
  stage.answered(workload.put(third, name));
  stage.pass(1_000);
  let told = 0;
  stage.lose((from, to, { type, text }) => {
    if (type === 'SYNCED' && from === other && to === leaver && text.includes(name)) told++;
    const isThirds = to === third && (bringsRegisters(type) ? type !== 'SYNCED' || text.includes(name) : type === 'QUERY');
    return isThirds || (from === other && to === leaver && type === 'COMMIT');
  });
  stage.answered(workload.put(other, name));
  letLeave(stage, cast);
  stage.until('the leaver told', () => told > 0);
  replaceOther(stage, cast);
  stage.heal();
  leaverGoes(stage, cast);
};

/** What the third has missed is not a version but a merge: the same version has a conflict copy beside it at the others. */
export const mergePassedOver: Schedule = (stage) => {
  leaverGoes(stage, mergeAtTwo(stage));
};

/** The same, but somebody has written over the version without it. */
export const mergePassedOverAndWritten: Schedule = (stage) => {
  const cast = mergeAtTwo(stage);
  stage.answered(stage.workload.put(cast.third, stage.name));
  leaverGoes(stage, cast);
};

function mergeAtTwo(stage: Stage): Cast {
  const { workload, name } = stage;
  const cast = castOf(stage);
  const { third, other, leaver } = cast;
  stage.answered(workload.put(third, name));
  stage.pass(1_000);
  stage.split([], [1]);
  stage.pass(3_000);
  stage.answered(workload.put(other, name));
  stage.answered(workload.put(leaver, name));
  stage.heal();
  stage.lose((from, to, { type }) => (to === third || from === third) && (bringsRegisters(type) || type === 'QUERY' || type === 'REGISTER'));
  stage.until('it merged', () => (leaver.disk.register(name)?.value?.conflicts.length ?? 0) > 0);
  stage.pass(1_000);
  letLeave(stage, cast);
  stage.heal();
  replaceOther(stage, cast);
  return cast;
}

/**
 * Before its disk is lost the other one has written a later version aside, of which it has the only copy: the third knows of that version, and nobody has its
 * bytes any more. Whoever leaves stays with the last that there are, until somebody deletes the file or writes it anew.
 */
export const lastVersionLost: Schedule = (stage) => {
  const { workload, name, world } = stage;
  const cast = uploadAtTwo(stage);
  const { third, other, leaver } = cast;
  other.disk.unreadableUntilMs = Infinity;
  stage.split([], [world.nodes.indexOf(other)]);
  const aside = stage.answered(workload.put(other, name));
  stage.heal();
  stage.pass(5_000);
  letLeave(stage, cast);
  // Who was cut off asks the others for what they have.
  stage.split([], [world.nodes.indexOf(third)]);
  stage.pass(3_000);
  stage.heal();
  stage.until('the third to know of the later version', () => isCurrent(third, aside));
  replaceOther(stage, cast);
  let isDeleted = false;
  stage.never('the leaver goes with the last version', () => leaver.standing === 'left' && !isDeleted);
  stage.until('the leaver to say which file waits', () => leaver.ring?.files.surplus.staying === name);
  stage.pass(20_000);
  isDeleted = true;
  stage.answered(workload.delete(third, name));
  stage.until('the leaver to be gone', () => leaver.standing === 'left');
};
