import type { Operation, WriteRequest } from '../history.js';
import type { SimulatedNode } from '../simulated-node.js';
import { digestOf } from './conditional-branch.js';
import { isCurrent } from './current.js';
import type { Schedule, Stage } from './stage.js';

/**
 * An owner that has missed what became of a file replaces it, if it is still what it was, and alone accepts that. A second node, which meets that owner and
 * nobody else, deletes the file on top of it, beside the main line; the others have deleted it before. When all have met, the later deletion stands. The client
 * repeats the upload: no majority ever judged its condition, though what stands now has come after it.
 */
export const builtOnUnchosen: Schedule = (stage) => {
  const { voters } = stage.roles();
  const upload = acceptedByOne(stage);
  stage.answered(upload);
  stage.heal();
  // The majority that the repeated upload meets is one with the owner that has seen the other deletion.
  stage.lose((from, to) => from === voters[2] && to === voters[1]);
  stage.answered(stage.workload.repeat(voters[1]!, upload.request as WriteRequest));
};

/** The same, but the upload is under way still when they meet. */
export const builtOnUnderWay: Schedule = (stage) => {
  const upload = acceptedByOne(stage);
  stage.heal();
  stage.answered(upload);
};

/** The same for an upload that is to be strong or not at all. */
export const builtOnUnderWayStrictly: Schedule = (stage) => {
  const upload = acceptedByOne(stage, { requireStrong: true });
  stage.heal();
  stage.answered(upload);
};

/** So many changes are remembered of a name. */
const REMEMBERED = 16;

/**
 * An upload on no condition that one owner alone accepted, which has missed what became of the file; what is deleted on top of it loses against that. Before the
 * upload meets a majority so many others replace the file, each on condition that it is what the one before has made of it, that of nothing else anything is left to be
 * told: nowhere among them can it have come.
 */
export const builtOnAndForgotten: Schedule = (stage) => {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [one, two] = [voters[0]!, voters[1]!];
  const second = others[0]!;
  const before = stage.answered(workload.put(two, name));
  keepApart(stage, one, second);
  let last = stage.answered(workload.put(two, name, { ifMatch: [digestOf(before)] }));
  const deletion = workload.delete(second, name);
  stage.pass(2_000);
  const upload = workload.put(one, name);
  stage.until('its acceptance there', () => isCurrent(one, upload));
  stage.answered(deletion);
  stage.lose((from, _to, { type }) => from === one && ['QUERY', 'PREPARE', 'ACCEPT'].includes(type));
  stage.answered(workload.read(second, name));
  for (let i = 0; i < REMEMBERED; i++) last = stage.answered(workload.put(two, name, { ifMatch: [digestOf(last)] }));
  stage.heal();
  stage.answered(upload);
};

function acceptedByOne(stage: Stage, wish: { readonly requireStrong?: true } = {}): Operation {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [one, two] = [voters[0]!, voters[1]!];
  const second = others[0]!;
  const condition = { ifMatch: [digestOf(stage.answered(workload.put(two, name)))] };
  keepApart(stage, one, second);
  stage.answered(workload.delete(two, name));
  const deletion = workload.delete(second, name);
  stage.pass(2_000);
  const upload = workload.put(one, name, condition, wish);
  stage.until('its acceptance there', () => isCurrent(one, upload));
  stage.answered(deletion);
  return upload;
}

/** The second node meets the first and nobody else. With the others the first has everything in common but the file: it is patient with them. */
function keepApart(stage: Stage, one: SimulatedNode, second: SimulatedNode): void {
  const isApart = (from: SimulatedNode, to: SimulatedNode): boolean => (from === second && to !== one) || (to === second && from !== one);
  const isSilent = (from: SimulatedNode, to: SimulatedNode): boolean => [from, to].includes(one) && ![from, to].includes(second);
  stage.lose((from, to, { type }) => isApart(from, to) || (isSilent(from, to) && ['QUERY', 'PREPARE', 'ACCEPT', 'COMMIT'].includes(type)));
}
