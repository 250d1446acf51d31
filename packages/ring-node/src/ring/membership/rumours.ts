import type { Accusation, Member } from '@coring/protocol';
import type { RingState } from '../state.js';
import type { Membership, Rumour } from './membership.js';

/** Entries and accusations that one message carries at most. */
const TOLD_MAX = 64;
/** How often one peer is told the same: once more than needed, since the first message may be lost. */
const PER_PEER = 2;

export interface Gossip {
  readonly news: Member[];
  readonly accusations: Accusation[];
}

/** From now on, messages carry this node's entry. */
export function tellOf({ news }: Membership, nodeId: string): void {
  news.delete(nodeId);
  news.set(nodeId, { told: 0, peers: new Map() });
}

/** From now on, messages carry "I cannot reach this incarnation of it", until it has refuted that. */
export function accuse({ accusations }: Membership, nodeId: string, incarnation: number): void {
  const known = accusations.get(nodeId);
  if (known !== undefined && known.incarnation >= incarnation) return;
  accusations.set(nodeId, { incarnation, told: 0, peers: new Map() });
}

/**
 * What to tell a peer, the newest first: each thing is told 4 × log10(nodes) times, as in Das et al., "SWIM" (2002), then digests take over. A peer that
 * is itself accused, or down in our roster, is told so every time: it is the one that can refute it.
 */
export function gossipFor(ring: RingState, to: string | undefined): Gossip {
  const { membership, self } = ring;
  const { roster, news, accusations } = membership;
  const gossip: Gossip = { news: [], accusations: [] };
  const peer = to === undefined ? undefined : roster.get(to);
  if (peer === undefined || to === self.nodeId || self.ringId === undefined) return gossip;
  const limit = tellingsOf(membership);
  for (const [nodeId, rumour] of [...news].reverse()) {
    if (gossip.news.length >= TOLD_MAX) break;
    if (isTold(rumour, peer.nodeId)) gossip.news.push(heardOf(membership, nodeId));
    if (rumour.told >= limit) news.delete(nodeId);
  }
  for (const [nodeId, rumour] of accusations) {
    if (gossip.accusations.length >= TOLD_MAX) break;
    const accused = roster.get(nodeId);
    if (accused === undefined || accused.incarnation > rumour.incarnation || accused.state === 'left') {
      accusations.delete(nodeId);
      continue;
    }
    if (nodeId === to || isTold(rumour, peer.nodeId)) gossip.accusations.push({ nodeId, incarnation: rumour.incarnation });
    if (rumour.told >= limit) accusations.delete(nodeId);
  }
  // Who took this node in may have left before it told: a node that was away then knows only from us where to answer.
  if (peer.state === 'down' && !gossip.news.some(({ nodeId }) => nodeId === self.nodeId)) gossip.news.push(roster.get(self.nodeId)!);
  const isAccusedAnyway = gossip.accusations.some(({ nodeId }) => nodeId === to);
  if (peer.state === 'down' && peer.away !== true && !isAccusedAnyway) gossip.accusations.push({ nodeId: peer.nodeId, incarnation: peer.incarnation });
  return gossip;
}

/** A peer whose roster is the same knows all that there is to tell: that counts like a telling. */
export function noteAgreement(membership: Membership, peer: string): void {
  const limit = tellingsOf(membership);
  for (const [nodeId, rumour] of membership.news) if (isTold(rumour, peer) && rumour.told >= limit) membership.news.delete(nodeId);
}

function tellingsOf({ roster }: Membership): number {
  return 4 * Math.ceil(Math.log10(roster.size + 1));
}

/** The latest that was heard of a node, though it may not be believed here yet. */
function heardOf({ roster, verifying, toVerify }: Membership, nodeId: string): Member {
  return verifying.get(nodeId) ?? toVerify.get(nodeId) ?? roster.get(nodeId)!;
}

/** Counts one more telling, unless this peer has heard it often enough. */
function isTold(rumour: Rumour, peer: string): boolean {
  const times = rumour.peers.get(peer) ?? 0;
  if (times >= PER_PEER) return false;
  rumour.peers.set(peer, times + 1);
  rumour.told++;
  return true;
}
