import type { Schedule } from './stage.js';

/**
 * The last node of the ring does not reach the first, which starts the laps and proposes epochs; both reach all others, so nobody takes either of them for gone. A newcomer
 * that does not reach the first either comes into an epoch all the same: a majority can talk about it.
 */
export const cutFromTheOrigin: Schedule = (stage) => {
  const { world } = stage;
  const places = world.running().map((node) => ({ node, place: node.ring!.membership.roster.get(node.nodeId)!.position }));
  const nodes = places.sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ node }) => node);
  const [first, second] = [nodes[0]!, nodes[1]!];
  const newcomer = world.addNode([second.address]);
  const cutOff = [nodes.at(-1)!, newcomer];
  stage.lose((from, to) => to === first && cutOff.includes(from));
  newcomer.start();
  stage.until('an epoch with the newcomer', () => world.running().every(({ ring }) => ring?.placement.epochs.at(-1)?.members.length === nodes.length + 1));
  stage.until('the old epoch retired', () => world.running().every(({ ring }) => ring!.placement.newest === ring!.placement.oldest));
};
