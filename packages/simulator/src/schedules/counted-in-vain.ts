import { bucketOf, compareStamps, preference } from '@coring/protocol';
import type { SimulatedNode } from '../simulated-node.js';
import { isSettled, type Schedule } from './stage.js';

/** What a node says to others of a version of its own. */
const said: readonly string[] = ['QUERY', 'PREPARE', 'ACCEPT', 'BRANCH'];

/**
 * Of an upload nobody hears but the node that it was put at, which crashes. When it is back the ring has grown and it has no vote on the file any more. A copy of what was put meanwhile
 * reaches it before it could tell of its own: it does not take the place of that, so it must not be counted.
 */
export const countedInVain: Schedule = (stage) => {
  const { workload, world } = stage;
  const newcomer = world.addNode([stage.node(0).address]);
  const members = world.nodes.map(({ nodeId }) => ({ nodeId, capacity: 1 }));
  const lastOf = (name: string): string => preference(bucketOf(name), members).at(-1)!;
  let number = 0;
  while ([newcomer.nodeId, stage.node(0).nodeId].includes(lastOf(`name ${number}`))) number++;
  const name = `name ${number}`;
  const last = world.nodes.find(({ nodeId }) => nodeId === lastOf(name))!;
  stage.lose((from, to, { type }) => (from === last && said.includes(type)) || (to === last && type === 'SYNCED'));
  const unheard = workload.put(last, name);
  stage.pass(100);
  last.crash();
  stage.answered(unheard);
  newcomer.start();
  stage.until('one epoch of six', () => world.running().every(({ ring }) => isSettled(ring, 6)));
  last.start();
  stage.until('it back', () => world.running().length === 6 && world.running().every(({ ring }) => isSettled(ring, 6) && ring!.membership.roster.get(last.nodeId)?.state === 'up'));
  const { answer } = stage.answered(workload.put(stage.node(0), name));
  if (answer?.type !== 'stored') return;
  const { value, receipt } = answer;
  const hasIt = ({ disk }: SimulatedNode): boolean => disk.versionsOf(name).some((version) => compareStamps(version, value.version) === 0);
  stage.never('more copies are told of than there are', () => receipt.copies > world.nodes.filter(hasIt).length);
  stage.pass(10);
};
