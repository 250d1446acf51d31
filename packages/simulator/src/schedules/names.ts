import { bucketOf, preference } from '@coring/protocol';
import type { SimulatedNode } from '../simulated-node.js';

/** Who owns a name where three copies are wanted and these are the members, in order. */
export function ownersOf(name: string, members: readonly SimulatedNode[]): readonly string[] {
  return preference(bucketOf(name), members.map(({ nodeId }) => ({ nodeId, capacity: 1 }))).slice(0, 3);
}

/** A name that none of the strangers owns, whichever of these are the members. */
export function aNameBeside(strangers: readonly SimulatedNode[], ...memberships: readonly (readonly SimulatedNode[])[]): string {
  for (let number = 0; ; number++) {
    const owners = memberships.flatMap((members) => ownersOf(`name ${number}`, members));
    if (strangers.every(({ nodeId }) => !owners.includes(nodeId))) return `name ${number}`;
  }
}

/** A name that these own, and one more of the nodes. */
export function aNameOf(owners: readonly SimulatedNode[], nodes: readonly SimulatedNode[], suits: (name: string) => boolean = () => true): string {
  const spare = nodes.at(-1)!.nodeId;
  for (let number = 0; ; number++) {
    const found = ownersOf(`name ${number}`, nodes);
    if (owners.every(({ nodeId }) => found.includes(nodeId)) && !found.includes(spare) && suits(`name ${number}`)) return `name ${number}`;
  }
}

/** A name whose first owners among some nodes are these, three at most, in order. */
export function aNameOwnedFirstBy(owners: readonly SimulatedNode[], nodes: readonly SimulatedNode[]): string {
  for (let number = 0; ; number++) {
    const found = ownersOf(`name ${number}`, nodes);
    if (owners.every(({ nodeId }, i) => found[i] === nodeId)) return `name ${number}`;
  }
}
