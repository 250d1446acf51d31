import type { RingBody, RingNode, Sighting } from '@coring/protocol';
import { isBefore } from './check/walk.js';
import { isWhole, ringHealth } from './check/health.js';
import { ownSighting } from './check/sighting.js';
import { nextOf, previousOf } from './membership/order.js';
import { isReachable } from './membership/reachable.js';
import { newestEpoch } from './placement/owners.js';
import type { RingState } from './state.js';

/** What only the shell knows of the process. */
export interface ProcessFacts {
  readonly version: string;
  readonly uptimeMs: number;
}

/** The body of `GET /ring`, for a node that belongs to a ring. */
export function ringBody(ring: RingState, { version, uptimeMs }: ProcessFacts): RingBody {
  const { self, membership, placement, settings, check } = ring;
  const epoch = newestEpoch(ring);
  if (self.ringId === undefined || epoch === undefined || settings === undefined) throw new Error('this node belongs to no ring yet');
  const nodes = [...membership.roster.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return {
    ringId: self.ringId,
    self: self.nodeId,
    previous: previousOf(ring),
    next: nextOf(ring),
    nodes: nodes.map(({ nodeId }) => nodeBody(ring, nodeId)),
    epoch: placement.newest,
    oldestEpoch: placement.oldest,
    members: epoch.members.map(({ nodeId }) => nodeId),
    whole: isWhole(ring),
    state: ringHealth(ring),
    settings,
    ...(check.lastHome === undefined ? {} : { lastCheck: check.lastHome }),
    version,
    uptimeMs,
  };
}

function nodeBody(ring: RingState, nodeId: string): RingNode {
  const { address, state, incarnation, position, capacity, zone } = ring.membership.roster.get(nodeId)!;
  const isSuspected = (state === 'up' || state === 'leaving') && !isReachable(ring, nodeId);
  const sighting = nodeId === ring.self.nodeId ? ownSighting(ring, 0) : ring.check.sightings.get(nodeId);
  return {
    nodeId,
    address,
    state,
    incarnation,
    position,
    capacity,
    ...(zone === undefined ? {} : { zone }),
    ...(isSuspected ? { suspected: true } : {}),
    ...(sighting === undefined ? {} : whatItSaid(sighting)),
  };
}

function whatItSaid({ lagMs, syncedEpoch, files, bytes, freeBytes, movement }: Sighting): Partial<RingNode> {
  return { lagMs, syncedEpoch, files, bytes, freeBytes, ...(movement === undefined ? {} : { movement }) };
}
