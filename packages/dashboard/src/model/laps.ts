import type { EventAt } from '@coring/protocol';

/** One hop of a CHECK, to be drawn from `startMs` on. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly startMs: number;
  readonly tookMs: number;
}

/** A whole lap is drawn in about this time, in milliseconds; it takes a few in truth, which nobody could follow. */
const LAP_MS = 1800;
const HOP_MIN_MS = 30;
const HOP_MAX_MS = 360;
/** A hop that would be drawn later than this after it was heard of is not drawn. */
const LATE_MS = 4000;
/** Hops remembered, so that none is drawn twice: the node that sends it and the one that gets it both tell. */
const REMEMBERED = 2000;

/** Gives each hop of the laps under way its time: the hops of one arc of a lap one after the other, as soon as they are heard of. */
export class Laps {
  readonly #seen = new Set<string>();
  /** When the last hop of each arc of a lap ends. */
  readonly #ends = new Map<string, number>();

  /** The hop that the event tells of, or undefined where it is known already, or too late. `nodes`: how many there are. */
  hop(event: Extract<EventAt, { type: 'check' }>, nodes: number, nowMs: number): Hop | undefined {
    const { at, to, from, check } = event;
    // It came home: its last hop is the one to here.
    const [a, b] = to === undefined ? [from, at] : [at, to];
    const arc = `${check.lap} ${check.arc}`;
    const key = `${arc} ${a} ${b}`;
    if (a === b || this.#seen.has(key)) return undefined;
    remember(this.#seen, key);
    const startMs = Math.max(nowMs, this.#ends.get(arc) ?? 0);
    if (startMs - nowMs > LATE_MS) return undefined;
    const tookMs = Math.min(HOP_MAX_MS, Math.max(HOP_MIN_MS, LAP_MS / Math.max(1, nodes)));
    this.#ends.delete(arc);
    this.#ends.set(arc, startMs + tookMs);
    if (this.#ends.size > REMEMBERED) this.#ends.delete(this.#ends.keys().next().value!);
    return { from: a, to: b, startMs, tookMs };
  }
}

function remember(seen: Set<string>, key: string): void {
  seen.add(key);
  if (seen.size > REMEMBERED) seen.delete(seen.values().next().value!);
}
