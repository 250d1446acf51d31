import type { Member, RingHealth } from '@coring/protocol';
import { isReachable } from '../membership/reachable.js';
import { newestEpoch } from '../placement/owners.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { RECENT_MS } from './limits.js';

/**
 * How the ring is, as far as this node knows. `whole`: everyone who has not left is up and the last CHECK came home complete. `degraded`: a
 * majority of the newest epoch's members is up. `split`: less; a lone survivor of two cannot know whether the other lives.
 */
export function ringHealth(ring: RingState): RingHealth {
  const epoch = newestEpoch(ring);
  if (epoch === undefined) return 'split';
  if (isWhole(ring)) return 'whole';
  const { roster } = ring.membership;
  const members = epoch.members.map(({ nodeId }) => roster.get(nodeId));
  const up = members.filter((member) => member !== undefined && isPresent(ring, member)).length;
  return up * 2 > members.length ? 'degraded' : 'split';
}

export function isWhole(ring: RingState): boolean {
  const { check, membership, placement } = ring;
  if (placement.newest === 0) return false;
  let present = 0;
  for (const member of membership.roster.values()) {
    if (member.state === 'left') continue;
    if (!isPresent(ring, member)) return false;
    if (member.state !== 'asleep') present++;
  }
  // A lap of a node that knows already who is down meets all that it expects: it says nothing of a node that this one holds to be up.
  const hasMetAll = check.health === 'whole' || (check.lastHome?.hops ?? 0) >= present;
  return present === 1 || (check.isHomeRecent && hasMetAll);
}

/** Looks at the ring's health and tells when it has changed. */
export function noteHealth(ring: RingState, turn: Turn): void {
  const { check } = ring;
  check.isHomeRecent = check.lastHome?.complete === true && turn.nowMs - check.lastHomeHeardMs <= RECENT_MS;
  const health = ringHealth(ring);
  if (health === check.health) return;
  const was = check.health;
  check.health = health;
  turn.emit({ type: 'health', health, was });
}

/** Asleep counts as present: it comes when it is called. */
function isPresent(ring: RingState, member: Member): boolean {
  return member.state === 'asleep' || isReachable(ring, member.nodeId);
}
