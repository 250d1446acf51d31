import { compareStamps, type Epoch, type Stamp, type Vote } from '@coring/protocol';
import { wantLap } from '../check/urgent-check.js';
import { isFarAhead, readClock, sawClock } from '../clock.js';
import type { VoteRecord } from '../persisted.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { learnEpochs, membersKey } from './learn.js';
import { newestEpoch } from './owners.js';
import { isMember } from './ready.js';
import { electorate, enoughOf, votersAmong } from './standing.js';

/** Who lost a vote waits between once and five times as long before the next: two proposers do not thwart each other for ever. */
const RETRY_MS = 300;

/** Starts a vote about the epoch after the newest: a lap that gathers promises. */
export function startVote(ring: RingState, turn: Turn, proposal: Epoch): void {
  const ballot = { time: readClock(ring, turn), node: ring.self.nodeId };
  ring.placement.candidacy = { number: proposal.number, ballot, proposal };
  wantLap(ring, turn, 'vote', { number: proposal.number, phase: 'prepare', ballot, ayes: [] });
}

/**
 * This node as an acceptor of single-decree Paxos about the epoch after the newest, if it is one of the electorate: the vote with its aye,
 * which is durable before the CHECK goes on, or unchanged where it promised a higher ballot.
 */
export function castVote(ring: RingState, turn: Turn, vote: Vote): Vote {
  const { placement, self } = ring;
  const electors = electorate(ring);
  if (electors === undefined || vote.number !== placement.newest + 1 || !isMember(electors, self.nodeId)) return vote;
  if (isFarAhead(vote.ballot.time, turn)) return vote;
  const record: VoteRecord = placement.acceptor?.number === vote.number ? placement.acceptor : { number: vote.number };
  if (compareStamps(vote.ballot, record.promised) < 0) {
    // The clock that goes home with this CHECK lets the proposer's next ballot exceed the promise.
    if (record.promised !== undefined) sawClock(ring, turn, record.promised.time);
    return vote;
  }
  sawClock(ring, turn, vote.ballot.time);
  const accepted = vote.phase === 'accept' && vote.proposal !== undefined ? { ballot: vote.ballot, proposal: vote.proposal } : record.accepted;
  placement.acceptor = { number: vote.number, promised: vote.ballot, ...(accepted === undefined ? {} : { accepted }) };
  if (!ring.mutations.has('vote-without-save')) turn.save({ do: 'put', space: 'ring', key: 'vote', value: placement.acceptor });
  const best = vote.phase === 'prepare' ? higher(vote.best, record.accepted) : vote.best;
  return { ...vote, ayes: [...new Set([...vote.ayes, self.nodeId])], ...(best === undefined ? {} : { best }) };
}

/** What the arcs of one lap gathered, together. */
export function joinVotes(a: Vote, b: Vote): Vote {
  const best = higher(a.best, b.best);
  return { ...a, ayes: [...new Set([...a.ayes, ...b.ayes])], ...(best === undefined ? {} : { best }) };
}

/** A lap of our own vote is home: promises of a majority lead to the second lap, acceptances of a majority decide. */
export function onVoteHome(ring: RingState, turn: Turn, vote: Vote): void {
  const { placement } = ring;
  if (!isOwn(ring, vote)) return;
  if (!isMajority(ring, vote.ayes)) return onVoteLost(ring, turn, vote);
  if (vote.phase === 'prepare') {
    // What a majority may have accepted already has to be proposed again (Lamport, "Paxos Made Simple", 2001, P2c).
    const adopted = ring.mutations.has('higher-ballot-wins-epoch') ? undefined : vote.best?.proposal;
    const proposal = adopted ?? ofThoseMet(ring, placement.candidacy!.proposal);
    if (proposal === undefined) return onVoteLost(ring, turn, vote);
    placement.candidacy = { ...placement.candidacy!, proposal };
    return wantLap(ring, turn, 'vote', { number: vote.number, phase: 'accept', ballot: vote.ballot, proposal, ayes: [] });
  }
  learnEpochs(ring, turn, [placement.candidacy!.proposal], placement.oldest, placement.floor);
  wantLap(ring, turn, 'publish');
}

/**
 * The proposal with those newcomers only that have said something of themselves in a CHECK, in the lap of this vote at the latest. Others may be gone already:
 * an epoch of such nodes alone could never decide anything. Undefined where nothing is left to change.
 */
function ofThoseMet(ring: RingState, proposal: Epoch): Epoch | undefined {
  const electing = electorate(ring)!;
  const isMet = (nodeId: string): boolean => isMember(electing, nodeId) || ring.check.sightings.has(nodeId) || ring.mutations.has('unmet-newcomer');
  const members = proposal.members.filter(({ nodeId }) => isMet(nodeId));
  return members.length === 0 || membersKey(members) === membersKey(newestEpoch(ring)!.members) ? undefined : { ...proposal, members };
}

/** A vote was refused, or its lap got lost: it ends quietly, to be tried again with a higher ballot. */
export function onVoteLost(ring: RingState, turn: Turn, vote: Vote): void {
  if (!isOwn(ring, vote)) return;
  ring.placement.candidacy = undefined;
  ring.placement.retryAtMs = turn.nowMs + RETRY_MS * (1 + 4 * turn.random());
}

/** Whether these are more than half of the electorate, as far as their word counts. */
export function isMajority(ring: RingState, nodeIds: readonly string[]): boolean {
  const epoch = electorate(ring);
  if (epoch === undefined) return false;
  const { voters, forgotten } = votersAmong(ring, epoch.number, epoch.members.map(({ nodeId }) => nodeId));
  return voters.length > 0 && voters.filter((nodeId) => nodeIds.includes(nodeId)).length >= enoughOf(voters.length, forgotten);
}

function isOwn({ placement: { candidacy, newest } }: RingState, vote: Vote): boolean {
  return candidacy !== undefined && vote.number === newest + 1 && candidacy.number === vote.number && compareStamps(candidacy.ballot, vote.ballot) === 0;
}

type Best = { readonly ballot: Stamp; readonly proposal: Epoch } | undefined;

function higher(a: Best, b: Best): Vote['best'] {
  const best = compareStamps(a?.ballot, b?.ballot) >= 0 ? a : b;
  return best === undefined ? undefined : { ballot: best.ballot, proposal: best.proposal };
}
