import type { SimulatedNode } from '../simulated-node.js';
import { digestOf } from './conditional-branch.js';
import type { Schedule } from './stage.js';

/**
 * A node that is no owner has the owners' promises to delete a file as it is, and its ACCEPTs take their time. Meanwhile an owner writes: nobody
 * that has promised may take that on the old base, or the deletion goes over what it has not seen.
 */
export const promisedFirst: Schedule = (stage) => {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [deleter] = others as [SimulatedNode];
  const before = stage.answered(workload.put(voters[0]!, name));
  stage.pass(1_000);
  const late = new Map<SimulatedNode, string>();
  stage.lose((from, to, { type, text }) => {
    if (from !== deleter || type !== 'ACCEPT') return false;
    if (text.includes('"ballot"')) late.set(to, text);
    return true;
  });
  const deletion = workload.delete(deleter, name, { ifMatch: [digestOf(before)] });
  stage.until('an ACCEPT for every owner', () => late.size === voters.length);
  stage.answered(workload.put(voters[2]!, name));
  for (const [voter, text] of late) voter.feed({ type: 'message', message: JSON.parse(text) });
  stage.pass(20);
  stage.heal();
  stage.answered(deletion);
  stage.answered(workload.read(voters[1]!, name));
};
