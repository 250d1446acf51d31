import { isBefore } from './check/walk.js';
import { fullOrder, nextOf, previousOf, ringOrder } from './membership/order.js';
import { digestWith } from './membership/adopt.js';
import type { RingState } from './state.js';

/** More than this of anything that is bounded elsewhere is a leak. */
const BOUND = 20_000;

/** What must hold between any two steps, whatever happened: a line for each rule that is broken. For the simulator and for tests. */
export function checkInvariants(ring: RingState): string[] {
  return [...selfFaults(ring), ...orderFaults(ring), ...membershipFaults(ring), ...placementFaults(ring)];
}

function selfFaults({ self, membership, placement, settings }: RingState): string[] {
  const faults: string[] = [];
  const own = membership.roster.get(self.nodeId);
  if (own === undefined) faults.push('this node is missing from its own roster');
  else if (own.incarnation !== self.incarnation) faults.push(`the roster has this node at incarnation ${own.incarnation}, not ${self.incarnation}`);
  const serves = self.phase === 'in' || self.phase === 'leaving';
  if (serves !== (self.ringId !== undefined) && self.phase !== 'gone') faults.push(`phase ${self.phase} with${self.ringId === undefined ? 'out' : ''} a ring`);
  if (serves && (settings === undefined || placement.epochs.length === 0)) faults.push('a ring without an epoch');
  return faults;
}

/** One ring: going on from any node by `next` meets everyone who is reachable once, and `previous` goes the same way back. */
function orderFaults(ring: RingState): string[] {
  const faults: string[] = [];
  const order = ringOrder(ring).map(({ nodeId }) => nodeId);
  for (const [i, nodeId] of order.entries()) {
    const next = order[(i + 1) % order.length]!;
    if (nextOf(ring, nodeId) !== next) faults.push(`next of ${nodeId} is not the one after it in ring order`);
    if (previousOf(ring, next) !== nodeId) faults.push(`previous of ${next} is not the one before it in ring order`);
  }
  const sorted = [...ring.membership.roster.values()].filter(({ state }) => state !== 'left').sort((a, b) => (isBefore(a, b) ? -1 : 1));
  if (fullOrder(ring).some((member, place) => member !== sorted[place]) || fullOrder(ring).length !== sorted.length) faults.push('the order kept is not that of the roster');
  const positions = new Set(fullOrder(ring).map(({ position, nodeId }) => `${position} ${nodeId}`));
  if (positions.size !== fullOrder(ring).length) faults.push('two nodes in one place');
  return faults;
}

function membershipFaults({ self, membership }: RingState): string[] {
  const faults: string[] = [];
  const { roster, unreachable, downSince } = membership;
  let digest = '0'.repeat(16);
  for (const member of roster.values()) digest = digestWith(digest, undefined, member);
  if (digest !== membership.digest) faults.push('the digest is not that of the roster');
  for (const nodeId of unreachable.keys()) {
    const state = roster.get(nodeId)?.state;
    if (nodeId === self.nodeId || (state !== 'up' && state !== 'leaving')) faults.push(`${nodeId} is suspected while it is ${state}`);
  }
  for (const { nodeId, state } of roster.values()) {
    if ((state === 'down') !== downSince.has(nodeId)) faults.push(`since when ${nodeId} is down does not fit its state ${state}`);
  }
  for (const [name, collection] of Object.entries(membership)) {
    if ((collection instanceof Map || collection instanceof Set) && collection.size > BOUND) faults.push(`${name} has ${collection.size} entries`);
  }
  return faults;
}

function placementFaults({ placement }: RingState): string[] {
  const { epochs, oldest, newest } = placement;
  const faults: string[] = [];
  if (newest !== (epochs.at(-1)?.number ?? 0)) faults.push('the newest epoch is not the last one known');
  if (epochs.length > 0 && oldest > newest) faults.push('the oldest epoch in force is above the newest');
  for (let i = 1; i < epochs.length; i++) {
    if (epochs[i]!.number <= epochs[i - 1]!.number) faults.push('epochs are not in order of number');
  }
  return faults;
}
