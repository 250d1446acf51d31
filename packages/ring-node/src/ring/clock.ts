import type { Change } from './effect.js';
import { selfRecord } from './persisted.js';
import type { RingState } from './state.js';
import type { Turn } from './turn.js';

/** A peer's clock this far ahead of ours is not followed; what it mints is refused. In microseconds. */
export const CLOCK_AHEAD_MAX = 60_000_000;
/** How far ahead the durable ceiling of the clock is moved, in microseconds. */
const CLOCK_RESERVE = 5_000_000;

/** A fresh reading of the hybrid logical clock, above every one taken or seen. Saves a new ceiling first where the old one is reached. */
export function readClock(ring: RingState, turn: Turn): number {
  const { self } = ring;
  self.clock = Math.max(self.clock + 1, Math.floor(turn.wallMs * 1000));
  if (self.clock > self.clockCeiling) {
    self.clockCeiling = self.clock + CLOCK_RESERVE;
    turn.save(saveSelf(ring));
  }
  return self.clock;
}

/** Whether a reading is too far ahead to be believed. */
export function isFarAhead(time: number, turn: Turn): boolean {
  return time > turn.wallMs * 1000 + CLOCK_AHEAD_MAX;
}

/** Takes note of a reading met in a message: later ones here will be above it. */
export function sawClock(ring: RingState, turn: Turn, time: number): void {
  if (time > ring.self.clock && !isFarAhead(time, turn)) ring.self.clock = time;
}

export function saveSelf(ring: RingState): Change {
  return { do: 'put', space: 'ring', key: 'self', value: selfRecord(ring) };
}
