import { digestOf } from './conditional-branch.js';
import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule } from './stage.js';

/**
 * A node is about to replace a file if it is still what it was, and loses its power before anybody hears of that. The operator forgets it, and the file is
 * deleted. When the tombstone is reaped the node is back, with all that it had: it is told that it is lost, and nothing of it comes to light.
 */
export const forgottenReturns: Schedule = (stage) => {
  const { workload, name } = stage;
  const [first, second, lost] = [0, 1, 2].map((index) => stage.node(index)) as [SimulatedNode, SimulatedNode, SimulatedNode];
  const before = stage.answered(workload.put(lost, name));
  stage.answered(workload.put(first, 'kept'));
  stage.pass(1_000);
  stage.lose((from, _to, { type }) => from === lost && (type === 'PREPARE' || type === 'ACCEPT'));
  workload.put(lost, name, { ifMatch: [digestOf(before)] });
  stage.until('it noted down', () => lost.disk.register(name)?.mine !== undefined);
  stage.pass(50);
  lost.crash();
  stage.heal();
  stage.pass(6_000);
  first.feed({ type: 'operate', ref: 'forget', op: 'forget', nodeId: lost.nodeId });
  stage.until('an epoch without it', () => [first, second].every(({ ring }) => ring?.placement.epochs.at(-1)?.members.length === 2));
  stage.answered(workload.delete(first, name));
  stage.until('the tombstone reaped', () => [first, second].every(({ disk }) => disk.register(name) === undefined));
  lost.start();
  workload.read(lost, name);
  stage.pass(10_000);
  for (const node of [first, second]) for (const one of [name, 'kept']) stage.answered(workload.read(node, one));
};
