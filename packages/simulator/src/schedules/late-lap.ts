import type { SimulatedNode } from '../simulated-node.js';
import { aNameOwnedFirstBy } from './names.js';
import type { Schedule } from './stage.js';

/**
 * A newcomer is to have a file, and is gone before it has got it: the next epoch is without it, and gives the file to another. It comes back, and is met by
 * a lap that was sent off before that was decided: that it is to have nothing any more says nothing of what it should have had.
 */
export const lateLap: Schedule = (stage) => {
  const { workload, world } = stage;
  const founder = stage.node(0);
  const joiners = [1, 2, 3].map(() => world.addNode([founder.address]));
  for (const node of joiners) node.start();
  stage.until('all to join', () => joiners.every(({ nodeId }) => founder.ring!.membership.roster.has(nodeId)));
  // A lap that begins at the founder meets the newcomer last.
  const [heir, other, newcomer] = joiners.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)) as [SimulatedNode, SimulatedNode, SimulatedNode];
  const name = aNameOwnedFirstBy([newcomer, heir], [founder, heir, other, newcomer]);
  stage.answered(workload.put(founder, name));
  stage.lose((_from, to, { type }) => type === 'SYNCED' && to === newcomer);
  stage.until('an epoch of four', () => world.running().every(({ ring }) => ring?.placement.epochs.at(-1)!.members.length === 4));
  stage.until('the others to have what it gives them', () => [heir, other].every(({ ring }) => ring!.placement.ready.has(2)));
  newcomer.crash();
  stage.until('an epoch without it to be wished for', () => founder.ring!.placement.wish !== undefined);
  stage.pass(100);
  const late = new Set<string>();
  stage.lose((from, to, { type, text }) => (type === 'SYNCED' && (to === newcomer || from === founder)) || (type === 'CHECK' && to !== newcomer && isLate(to, text)));
  stage.until('an epoch without it', () => [founder, heir, other].every(({ ring }) => ring!.placement.newest === 3));
  newcomer.start();
  stage.pass(2_000);
  stage.heal();
  stage.answered(workload.read(heir, name));

  function placeOf({ nodeId }: SimulatedNode): string {
    return founder.ring!.membership.roster.get(nodeId)!.position;
  }

  /** A lap that carries no vote is half a second late at each node: the first CHECK of it that is sent there is lost. */
  function isLate(to: SimulatedNode, text: string): boolean {
    const { epoch, lap, vote } = JSON.parse(text) as { epoch: number; lap: string; vote?: object };
    const place = `${lap} ${to.nodeId}`;
    if (epoch > 2 || vote !== undefined || late.has(place)) return false;
    late.add(place);
    return true;
  }
};
