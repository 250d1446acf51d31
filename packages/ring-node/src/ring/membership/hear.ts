import type { Accusation, Member } from '@coring/protocol';
import { urgentCheck } from '../check/urgent-check.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { adoptAll } from './adopt.js';
import { isNews } from './merge.js';
import { endMembership, startLeaving } from './on-leave.js';
import { raiseIncarnation } from './own.js';
import { accuse } from './rumours.js';
import { verify } from './verify.js';

/** Nobody starts or refutes this often: a record above it is a lie or a fault, and following it would leave no room to refute. */
const INCARNATION_MAX = 2 ** 50;
/** A copied data directory makes two processes refute each other: not more often than this. */
const CLONE_REFUTE_MS = 1_000;

/** Takes in what others say of the roster. A death is verified before it is believed; what concerns this node it answers itself. */
export function hear(ring: RingState, members: readonly Member[], turn: Turn): void {
  const believed: Member[] = [];
  for (const member of members) {
    if (member.incarnation > INCARNATION_MAX || !isNews(ring, member)) continue;
    if (member.nodeId === ring.self.nodeId) hearOfSelf(ring, member, turn);
    else if (isHearsay(ring, member)) verify(ring, member, turn);
    else believed.push(member);
  }
  adoptAll(ring, believed, turn);
}

/** Somebody cannot reach an incarnation: its own answer is to raise it, others pass it on. */
export function hearAccusation(ring: RingState, { nodeId, incarnation }: Accusation, by: string, turn: Turn): void {
  const { membership, self } = ring;
  const accused = membership.roster.get(nodeId);
  if (accused === undefined || accused.state === 'left' || accused.incarnation > incarnation || incarnation > INCARNATION_MAX) return;
  if (nodeId === self.nodeId) refute(ring, incarnation, by, turn);
  else accuse(membership, nodeId, incarnation);
}

/** That a node is `away` it said itself; anything else that takes a node out of the ring needs an own look. */
function isHearsay({ membership, mutations }: RingState, { nodeId, state, away }: Member): boolean {
  const known = membership.roster.get(nodeId);
  return state === 'down' && away !== true && known !== undefined && known.state !== 'down' && !mutations.has('believe-hearsay');
}

function hearOfSelf(ring: RingState, heard: Member, turn: Turn): void {
  const { self, membership } = ring;
  if (self.phase === 'gone') return;
  if (heard.forgotten === true && !ring.mutations.has('heed-the-forgotten')) {
    turn.emit({ type: 'warning', what: 'the operator said that this node is lost for ever: the ring goes on without it; it needs an empty data directory to join again' });
    if (ring.mutations.has('forgotten-forgets')) return endMembership(ring, turn);
    // What it has voted and promised it keeps: started again at a node that has not heard of this, it must not vote anew.
    self.phase = 'gone';
    return turn.emit({ type: 'left', mode: 'for-good' });
  }
  if (heard.boot !== self.boot && heard.incarnation > self.incarnation) {
    if (turn.nowMs - membership.cloneSeenMs < CLONE_REFUTE_MS) return;
    membership.cloneSeenMs = turn.nowMs;
    turn.emit({ type: 'clone', nodeId: heard.nodeId, address: heard.address });
  }
  if (heard.state === 'leaving' && heard.boot === self.boot) startLeaving(ring, turn);
  refute(ring, heard.incarnation, undefined, turn);
}

function refute(ring: RingState, incarnation: number, by: string | undefined, turn: Turn): void {
  if (ring.mutations.has('never-refute')) return;
  if (by !== undefined) turn.emit({ type: 'accused', by, incarnation });
  raiseIncarnation(ring, incarnation, turn);
  urgentCheck(ring, turn);
}
