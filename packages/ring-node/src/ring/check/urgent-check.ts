import type { Vote } from '@coring/protocol';
import type { RingState } from '../state.js';
import { setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import type { LapKind, WantedLap } from './check-state.js';
import { ARC_MAX } from './limits.js';

/** How long news wait for more of them, times one half to three halves. */
const NEWS_MS = 200;
/** The same in a large ring while many laps pass: somebody always has news then, and each lap costs a message for every node. */
const NEWS_IN_STORM_MS = 1_000;
/** So many laps within so long a time. */
const STORM_LAPS = 6;
const STORM_MS = 3_000;

/** Has a lap started soon, to carry news round: a moment later and by chance, since others may have the same news. */
export function urgentCheck(ring: RingState, turn: Turn): void {
  if (!ring.check.wanted.some(({ kind }) => kind === 'news')) want(ring, { kind: 'news', atMs: soon(ring, turn), vote: undefined });
}

/**
 * A lap of somebody else passes, and takes along the news that an own lap is wanted for: its origin has another follow where it brings news
 * home. The own one waits a little longer, and is not needed any more when the next one passes. Without this a hundred nodes with news would
 * each send a lap of a hundred hops.
 */
export function noteForeignLap(ring: RingState, turn: Turn): void {
  const { check } = ring;
  noteLap(ring, turn);
  const news = check.wanted.find(({ kind }) => kind === 'news');
  if (news === undefined) return;
  check.wanted = check.wanted.filter((lap) => lap !== news);
  if (news.hasPassed !== true) want(ring, { ...news, atMs: soon(ring, turn), hasPassed: true });
}

/** Has a lap started as the next thing that this node does. */
export function wantLap(ring: RingState, turn: Turn, kind: LapKind, vote?: Vote): void {
  if (vote !== undefined || !ring.check.wanted.some((lap) => lap.kind === kind)) want(ring, { kind, atMs: turn.nowMs, vote });
}

/** Takes out the laps whose time has come. */
export function takeWanted(ring: RingState, turn: Turn): readonly WantedLap[] {
  const { check } = ring;
  const due = check.wanted.filter(({ atMs }) => atMs <= turn.nowMs);
  check.wanted = check.wanted.filter(({ atMs }) => atMs > turn.nowMs);
  setNext(ring);
  return due;
}

/** Takes note that a lap passes or starts here. */
export function noteLap({ check }: RingState, turn: Turn): void {
  check.lastHeardMs = turn.nowMs;
  check.lately = [...check.lately, turn.nowMs].slice(-STORM_LAPS);
}

/** When news are told that came just now. */
function soon({ check: { lately }, membership }: RingState, turn: Turn): number {
  const isStorm = lately.length === STORM_LAPS && turn.nowMs - lately[0]! < STORM_MS;
  const waitMs = isStorm ? Math.max(NEWS_MS, NEWS_IN_STORM_MS * Math.min(1, membership.roster.size / ARC_MAX)) : NEWS_MS;
  return turn.nowMs + waitMs * (0.5 + turn.random());
}

function want(ring: RingState, lap: WantedLap): void {
  ring.check.wanted = [...ring.check.wanted, lap];
  setNext(ring);
}

function setNext({ check: { wanted }, timers }: RingState): void {
  if (wanted.length > 0) setTimer(timers, { type: 'check-urgent' }, Math.min(...wanted.map(({ atMs }) => atMs)));
}
