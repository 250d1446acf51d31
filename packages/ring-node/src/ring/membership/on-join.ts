import type { Join, RefusalCode, Refused, RingSettings, Welcome } from '@coring/protocol';
import { urgentCheck } from '../check/urgent-check.js';
import { saveSelf } from '../clock.js';
import { learnEpochs } from '../placement/learn.js';
import { saveMembers } from '../persisted.js';
import { sendTo } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { isUnspecified, withHostOf } from './address.js';
import { adopt, adoptAll, enter } from './adopt.js';
import { announce } from './announce.js';
import { isToFound, whoIsAhead } from './circle.js';
import { forgetRing, found } from './found.js';
import { askedLately, mayGiveUpRing } from './going-over.js';
import { isNews } from './merge.js';
import { placeAfter } from './order.js';
import { ownRecord, raiseIncarnation } from './own.js';
import { between } from './position.js';
import { onUnsent } from './probing.js';
import { isReachable } from './reachable.js';

/** JOINs that may still be answered. */
const JOINS_MAX = 16;

/** Asks whoever is at an address to take this node in. */
export function onJoinAsked(ring: RingState, address: string, turn: Turn): void {
  const { self, membership, wants } = ring;
  if (self.phase === 'leaving' || self.phase === 'gone') return;
  if (self.phase === 'alone') self.phase = 'joining';
  const id = sendTo(ring, turn, address, undefined, { type: 'JOIN', member: ownRecord(ring), wants, heldFiles: !mayGiveUpRing(ring) });
  membership.joins.set(id, { address, atMs: turn.nowMs });
  for (const oldest of membership.joins.keys()) {
    if (membership.joins.size <= JOINS_MAX) break;
    membership.joins.delete(oldest);
  }
}

/** Takes a node in, right after this one, or says why not. Doing it twice is doing it once. */
export function onJoin(ring: RingState, join: Join, seenAddress: string | undefined, turn: Turn): void {
  const { self, membership, placement } = ring;
  const address = isUnspecified(join.member.address) && seenAddress !== undefined ? withHostOf(join.member.address, seenAddress) : join.member.address;
  const refusal = refusalOf(ring, join, turn.nowMs);
  if (refusal !== undefined) {
    const [code, message] = refusal;
    return void sendTo(ring, turn, address, join.from, { type: 'REFUSED', re: join.id, code, message, ...(self.ringId === undefined ? { ahead: [...membership.ahead] } : {}) });
  }
  if (self.ringId === undefined) found(ring, turn);
  const known = membership.roster.get(join.from);
  const position = known?.position ?? between(ownRecord(ring).position, placeAfter(ring)?.position);
  adopt(ring, { ...join.member, address, position, state: 'up' }, turn);
  const { epochs, floor } = placement;
  sendTo(ring, turn, address, join.from, {
    type: 'WELCOME',
    re: join.id,
    position,
    roster: [...membership.roster.values()],
    epochs: [...epochs],
    floor,
    ...(seenAddress === undefined ? {} : { seenAddress }),
  });
  urgentCheck(ring, turn);
}

/** This node was taken in: it is a member from now on, and serves. */
export function onWelcome(ring: RingState, welcome: Welcome, turn: Turn): void {
  const { self, membership } = ring;
  const through = membership.joins.get(welcome.re)?.address;
  if (through === undefined || self.phase === 'leaving' || self.phase === 'gone') return;
  if (self.ringId !== undefined && self.ringId !== welcome.ringId) {
    if (!mayGiveUpRing(ring)) return;
    forgetRing(ring, turn);
  }
  membership.joins.clear();
  membership.ahead = [];
  self.ringId = welcome.ringId;
  self.phase = 'in';
  const given = welcome.roster.find(({ nodeId }) => nodeId === self.nodeId);
  if (given !== undefined && isUnspecified(self.address)) self.address = given.address;
  enter(ring, { ...ownRecord(ring), position: welcome.position }, turn);
  const others = welcome.roster.filter(({ nodeId }) => nodeId !== self.nodeId);
  adoptAll(ring, others, turn);
  // The ring knows it: to tell a thousand entries again would leave no room for what is new.
  for (const { nodeId } of others) membership.news.delete(nodeId);
  // Somebody may have said more of us meanwhile, or of an earlier life of ours.
  if (given !== undefined && isNews(ring, given)) raiseIncarnation(ring, given.incarnation, turn);
  learnEpochs(ring, turn, welcome.epochs, welcome.epochs[0]?.number ?? 0, welcome.floor);
  turn.save(...saveMembers(ownRecord(ring)), saveSelf(ring));
  turn.emit({ type: 'joined', ringId: welcome.ringId, through });
  announce(ring, turn);
  urgentCheck(ring, turn);
}

/** A no to our JOIN is for whoever started this node; a no to anything else means that the message did not arrive where it should. */
export function onRefused(ring: RingState, { re, from, code, message, ahead }: Refused, turn: Turn): void {
  const { membership } = ring;
  const address = membership.joins.get(re)?.address;
  if (address === undefined) return onUnsent(ring, re, turn);
  membership.joins.delete(re);
  membership.ahead = ahead === undefined ? [] : whoIsAhead(ring, [from, ...ahead]);
  turn.emit({ type: 'refused', code, message, address });
}

/** Why the sender of a JOIN cannot be taken in, if so. */
function refusalOf(ring: RingState, { from, ringId, member, wants, heldFiles }: Join, nowMs: number): readonly [RefusalCode, string] | undefined {
  const { self, membership, mutations, settings } = ring;
  const known = membership.roster.get(from);
  if (from === self.nodeId) return ['itself', 'a node cannot join itself'];
  if (self.phase === 'gone' || (self.phase === 'leaving' && isAnotherThere(ring, from))) return ['not-ready', 'this node is leaving the ring'];
  if (known?.forgotten === true) return ['other-ring', 'the ring was told that this node is lost for ever: it needs an empty data directory'];
  // Its votes count no more, here or at others: it would have a second word.
  if (known?.state === 'left' && !mutations.has('welcome-the-forgetful')) return ['other-ring', 'this node has left the ring for good: it needs an empty data directory'];
  if (member.nodeId !== from) return ['wrong-node', 'a node can only join for itself'];
  if (self.ringId === undefined) return isToFound(ring, from) ? otherSettings(wants, ring.wants) : ['not-ready', 'this node belongs to no ring yet'];
  if (ringId !== undefined && ringId !== self.ringId && heldFiles) return ['other-ring', 'the joining node belongs to another ring, which has other nodes or has held files'];
  const named = askedLately(ring, nowMs);
  // Whoever were taken in now would be left behind in a ring that is being given up. Of two that name each other the lower nodeId keeps the ring that it has.
  const keepsRing = self.nodeId < from && named.includes(member.address);
  if (named.length > 0 && mayGiveUpRing(ring) && !keepsRing) return ['not-ready', 'this node is about to join another ring itself'];
  return settings === undefined ? undefined : otherSettings(wants, settings);
}

/** Whether a third node is there to join at. Where there is none, who leaves takes newcomers in: somebody has to take its copies. */
function isAnotherThere(ring: RingState, newcomer: string): boolean {
  return [...ring.membership.roster.values()].some(({ nodeId, state }) => state === 'up' && nodeId !== newcomer && isReachable(ring, nodeId));
}

function otherSettings(wants: Partial<RingSettings>, settings: Partial<RingSettings>): readonly [RefusalCode, string] | undefined {
  for (const key of Object.keys(wants) as (keyof RingSettings)[]) {
    if (settings[key] !== undefined && wants[key] !== settings[key]) return ['other-settings', `the ring has ${key} ${settings[key]}, not ${wants[key]}`];
  }
  return undefined;
}
