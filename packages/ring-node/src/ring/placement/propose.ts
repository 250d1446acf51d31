import type { Epoch, EpochMember, RingSettings } from '@coring/protocol';
import { mayCheck, startLap } from '../check/start-lap.js';
import { ringOrder } from '../membership/order.js';
import { isAsleep, isReachable, reachableNodes } from '../membership/reachable.js';
import { wakeAll } from '../membership/sleepers.js';
import type { RingState } from '../state.js';
import { setLook } from '../timers.js';
import type { Turn } from '../turn.js';
import { membersKey } from './learn.js';
import { newestEpoch, VOTERS_MAX } from './owners.js';
import { isMember } from './ready.js';
import { electorate } from './standing.js';
import { isMajority, startVote } from './vote.js';

/** Nothing else was wished for so long: nodes that come together cost one epoch. */
const SETTLED_MS = 1_000;
/** While older epochs are in force, a lap so often asks whether everybody is synced. */
const ASK_SYNCED_MS = 900;

/** The steward's work: laps that retire old epochs, and proposals of new ones. */
export function onEpochDue(ring: RingState, turn: Turn): void {
  setLook(ring.timers, { type: 'epoch-due' }, turn.nowMs);
  const { placement } = ring;
  const newest = newestEpoch(ring);
  if (newest === undefined || !mayCheck(ring) || stewardOf(ring) !== ring.self.nodeId) {
    placement.wish = undefined;
    return;
  }
  const isMoving = placement.oldest < newest.number;
  if (isMoving && turn.nowMs - (ring.check.lastHeardMs ?? 0) >= ASK_SYNCED_MS) startLap(ring, turn, 'periodic');
  const members = wishedMembers(ring, newest, turn.nowMs);
  // While copies still follow the last change, only those who cannot follow it any more may change the epoch again.
  const mayPropose = !isMoving || newest.members.some(({ nodeId }) => isLost(ring, nodeId) && !members.some((member) => member.nodeId === nodeId));
  const key = membersKey(members);
  // All are needed to decide, and to hand over what the change gives others.
  if (isMoving || key !== membersKey(newest.members)) wakeAll(ring, turn);
  if (!mayPropose || key === membersKey(newest.members)) placement.wish = undefined;
  else if (placement.wish?.members !== key) placement.wish = { members: key, sinceMs: turn.nowMs };
  else if (turn.nowMs - placement.wish.sinceMs >= SETTLED_MS) propose(ring, turn, { number: newest.number + 1, members, settings: newest.settings });
}

function propose(ring: RingState, turn: Turn, proposal: Epoch): void {
  const { placement } = ring;
  if (placement.candidacy !== undefined || turn.nowMs < placement.retryAtMs) return;
  if (isMajority(ring, reachableNodes(ring))) startVote(ring, turn, proposal);
}

/** Who proposes: the first of the electorate, in ring order, that can be reached. Two that both think so end in one vote. */
function stewardOf(ring: RingState): string | undefined {
  const electors = electorate(ring);
  return electors === undefined ? undefined : ringOrder(ring).find(({ nodeId }) => isMember(electors, nodeId))?.nodeId;
}

/**
 * The members that the next epoch should have: everyone who can be reached or sleeps, and those of the newest who are away or down for less than the
 * grace. After it a dead member goes only where a replacement exists: otherwise 2 of 3 would just turn into 2 of 2. Who leaves or has left
 * goes at once, if somebody remains.
 */
export function wishedMembers(ring: RingState, newest: Epoch, nowMs: number): EpochMember[] {
  const wished = new Map<string, EpochMember>();
  const dead: string[] = [];
  const old = new Set(newest.members.map(({ nodeId }) => nodeId));
  for (const member of ring.membership.roster.values()) {
    const { nodeId, state, capacity, zone } = member;
    if (state === 'leaving' || state === 'left') continue;
    if (!old.has(nodeId) && !isReachable(ring, nodeId) && !isAsleep(ring, nodeId)) continue;
    if (state === 'down' && isBeyondGrace(ring, nodeId, newest.settings, nowMs)) dead.push(nodeId);
    wished.set(nodeId, { nodeId, capacity, ...(zone === undefined ? {} : { zone }) });
  }
  for (const nodeId of dead.sort()) if (wished.size - 1 >= votersWanted(newest.settings, wished.size)) wished.delete(nodeId);
  return wished.size === 0 ? [...newest.members] : [...wished.values()].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
}

function votersWanted({ copies }: RingSettings, members: number): number {
  return Math.min(copies === 0 ? members : copies, VOTERS_MAX);
}

function isBeyondGrace({ membership }: RingState, nodeId: string, { forgetAfterMs }: RingSettings, nowMs: number): boolean {
  const sinceMs = membership.downSince.get(nodeId);
  return sinceMs !== undefined && nowMs - sinceMs >= forgetAfterMs;
}

function isLost({ membership }: RingState, nodeId: string): boolean {
  const state = membership.roster.get(nodeId)?.state;
  return state === 'down' || state === 'left';
}
