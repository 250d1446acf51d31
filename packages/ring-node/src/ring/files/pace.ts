import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';

/** Bytes per second that copies may take which a node makes of its own accord: to follow the ring, and to repair. */
export const MOVE_RATE = 50_000_000;
/** Transfers of that kind under way at the full pace, and at the lowest: small files need several, since each takes a while to begin. */
const FETCHES_MAX = 16;
const FETCHES_MIN = 4;
/** From so many requests of clients under way on, from this lateness of its own timers on, or where clients take this share of the rate of movement, a node counts as busy. */
const CLIENTS_BUSY = 8;
const LAG_BUSY_MS = 50;
const SHARE_BUSY = 1 / 5;
/** How often the pace is judged, in milliseconds, and how low it may go: movement must come to an end under load too. */
const JUDGE_MS = 500;
const LEAST = 1 / 8;

/**
 * How fast this node moves copies: a token bucket of one second's bytes. A transfer is begun while there is anything in it and paid for in
 * full, so that what is large is waited for afterwards. Clients come first: while they keep the node busy, the pace is halved again and
 * again, and recovers when they do not.
 */
export interface Pace {
  /** Of the rate that the node was started with. */
  share: number;
  /** Bytes that may be moved now; below zero: owed. */
  tokens: number;
  filledMs: number;
  judgedMs: number;
  /** Moved in all, in bytes. */
  bytes: number;
  /** What goes to and comes from clients, in bytes per second, as the shell last said. */
  clientBytes: number;
}

export function aPace(): Pace {
  return { share: 1, tokens: 0, filledMs: Number.NEGATIVE_INFINITY, judgedMs: Number.NEGATIVE_INFINITY, bytes: 0, clientBytes: 0 };
}

/** Whether clients come first just now. A body that streams, and what is answered right on a socket, is no request under way: it shows in their bytes. */
export function isBusy({ files, membership, moveRate }: RingState): boolean {
  return files.clients.size >= CLIENTS_BUSY || membership.lagMs >= LAG_BUSY_MS || files.pace.clientBytes >= moveRate * SHARE_BUSY;
}

/** Whether another transfer of the node's own may begin. */
export function mayMove(ring: RingState, turn: Turn): boolean {
  const { pace, fetches } = ring.files;
  refill(ring, turn);
  const own = [...fetches.values()].filter(({ asked }) => asked.length === 0).length;
  return pace.tokens > 0 && own < Math.max(FETCHES_MIN, Math.floor(FETCHES_MAX * pace.share));
}

/** Bytes of a transfer that begins. */
export function spend({ files: { pace } }: RingState, size: number): void {
  pace.tokens -= size;
  pace.bytes += size;
}

/** How long it takes until bytes may be moved again, in milliseconds. */
export function pauseMs(ring: RingState, turn: Turn): number {
  refill(ring, turn);
  const { tokens, share } = ring.files.pace;
  return tokens > 0 ? 0 : 1 + Math.ceil(((1 - tokens) * 1_000) / (ring.moveRate * share));
}

function refill(ring: RingState, turn: Turn): void {
  const { pace } = ring.files;
  if (turn.nowMs - pace.judgedMs >= JUDGE_MS) {
    pace.judgedMs = turn.nowMs;
    pace.share = isBusy(ring) ? Math.max(LEAST, pace.share / 2) : Math.min(1, pace.share * 1.25);
  }
  const perSecond = ring.moveRate * pace.share;
  pace.tokens = Math.min(perSecond, pace.tokens + (perSecond * (turn.nowMs - pace.filledMs)) / 1_000);
  pace.filledMs = turn.nowMs;
}
