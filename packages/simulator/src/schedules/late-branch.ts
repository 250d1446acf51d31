import type { Check } from '@coring/protocol';
import type { SimulatedNode } from '../simulated-node.js';
import { aNameOf, ownersOf } from './names.js';
import type { Schedule, Stage } from './stage.js';

/**
 * A node that owns nothing of a file writes it aside, and the messages by which it does are doubled: the second ones come when what they carry was taken
 * in, seen, deleted, and the tombstone reaped.
 */
export const lateBranch: Schedule = (stage) => branchLate(stage, () => {});

/** The same, and the owner to whom they come last has heard how high the floor is, and not yet that nobody has anything left below it. */
export const lateBranchBetweenLaps: Schedule = (stage) => branchLate(stage, (owner) => hideCleared(stage, owner));

function branchLate(stage: Stage, prepare: (owner: SimulatedNode) => void): void {
  const { workload, world } = stage;
  const writer = stage.node(3);
  const secondOf = (one: string) => world.nodes.find(({ nodeId }) => nodeId === ownersOf(one, world.nodes)[1])!;
  // Who is first in the ring starts the laps, and the first owner reaps: it is neither.
  const name = aNameOf([], world.nodes, (one) => secondOf(one) !== stage.node(0));
  const owner = secondOf(name);
  stage.answered(workload.put(writer, name));
  stage.pass(1_000);
  const late: (() => void)[] = [];
  stage.lose((from, to, { type, text, bytes }) => {
    if (type === 'BRANCH' && from === writer && to === owner) {
      late.push(() => to.feed({ type: 'message', message: JSON.parse(text), seenAddress: writer.address, ...(bytes === undefined ? {} : { token: to.stage(bytes) }) }));
    }
    return from === writer && (type === 'PREPARE' || type === 'ACCEPT');
  });
  stage.answered(workload.put(writer, name));
  stage.heal();
  prepare(owner);
  stage.pass(5_000);
  stage.answered(workload.read(owner, name));
  // It is not looked at more often what lies where it does not belong.
  stage.pass(30_000);
  stage.until('the writer to have let go of it', () => writer.disk.register(name) === undefined);
  stage.answered(workload.delete(owner, name));
  stage.until('the tombstone reaped', () => world.nodes.every(({ disk }) => disk.register(name) === undefined));
  for (const deliver of late) deliver();
  stage.pass(5_000);
  stage.heal();
  stage.pass(5_000);
  stage.answered(workload.read(owner, name));
}

/** Laps pass a node as if nothing had been found out yet; the others hear of it all the same. */
function hideCleared({ world }: Stage, node: SimulatedNode): void {
  let known = 0;
  world.letsPass = (from, to, letter) => {
    if (letter.type !== 'CHECK' || (from !== node && to !== node)) return true;
    const check = JSON.parse(letter.text) as Check;
    known = Math.max(known, check.cleared);
    const fold = check.origin === node.nodeId ? { ...check.fold, minClean: 0 } : check.fold;
    letter.text = JSON.stringify({ ...check, fold, cleared: to === node ? 0 : known });
    return true;
  };
}
