import type { SimulatedNode } from '../simulated-node.js';
import { aNameBeside } from './names.js';
import { isSettled, type Schedule } from './stage.js';

/** More than a node keeps in memory. */
const MANY = 20_000;

/**
 * A node looks through what it keeps of others' files. Before it is told what is there it writes one of them anew, aside, and so many other names are asked for that
 * it does not have that one in memory any more: it must not take what it is told then for what it has.
 */
export const writtenMeanwhile: Schedule = (stage) => {
  const { workload, world } = stage;
  const leader = stage.node(3);
  const name = aNameBeside([leader], world.nodes);
  stage.answered(workload.put(leader, name));
  leader.heldScans = [];
  stage.until('a look', () => leader.ring!.files.surplus.look !== undefined);
  stage.lose((from, _to, { type }) => from === leader && ['QUERY', 'PREPARE', 'ACCEPT', 'BRANCH', 'FORWARD'].includes(type));
  stage.answered(workload.put(leader, name));
  const { cache, queues } = leader.ring!.files;
  stage.until('the owners to be there for it', () => !queues.has(name) && leader.ring!.membership.unreachable.size === 0);
  for (let number = 0; cache.has(name) && number < MANY; number++) leader.feed({ type: 'loaded', name: `other ${number}`, kept: [] });
  release(leader);
  stage.pass(5_000);
  stage.heal();
  stage.pass(5_000);
  stage.answered(workload.read(leader, name));
};

/**
 * A node that was cut off has written a file alone. It is started again, and begins to look through what it keeps of others' files. Before it is told what is there it
 * hears of an epoch without it, and is asked to leave: what it looked for says nothing of that epoch.
 */
export const lookedBefore: Schedule = (stage) => {
  const { workload, world, name } = stage;
  const leaver = stage.node(3);
  stage.splitOff(leaver);
  stage.pass(6_000);
  stage.answered(workload.put(leaver, name));
  leaver.crash();
  stage.until('an epoch without it', () => world.running().every(({ ring }) => isSettled(ring, 3)));
  leaver.heldScans = [];
  leaver.start();
  stage.until('a look', () => leaver.ring!.files.surplus.look !== undefined);
  stage.heal();
  stage.until('it to hear of that', () => isSettled(leaver.ring, 3));
  leaver.feed({ type: 'leave', mode: 'for-good' });
  stage.pass(600);
  release(leaver);
  stage.until('it to be gone', () => leaver.standing === 'left');
  stage.answered(workload.read(stage.node(0), name));
};

function release(node: SimulatedNode): void {
  const held = node.heldScans!.splice(0);
  node.heldScans = undefined;
  for (const tell of held) tell();
}
