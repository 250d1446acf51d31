import type { RingEvent } from '@coring/protocol';
import type { Effect, Change } from './effect.js';
import { randomFrom } from './random.js';
import type { Surroundings } from './surroundings.js';

/** One step under way: the surroundings that the shell drew for it and the effects it has asked for so far. */
export class Turn {
  readonly nowMs: number;
  readonly wallMs: number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly effects: Effect[] = [];

  constructor(surroundings: Surroundings) {
    this.nowMs = surroundings.nowMs;
    this.wallMs = surroundings.wallMs;
    this.random = randomFrom(surroundings.seed);
  }

  save(...changes: Change[]): void {
    if (changes.length > 0) this.effects.push({ type: 'save', changes });
  }

  /** What may be lost in a crash: it is made durable with the next save, or soon. */
  saveLazily(...changes: Change[]): void {
    if (changes.length > 0) this.effects.push({ type: 'save', changes, isLazy: true });
  }

  emit(event: RingEvent): void {
    this.effects.push({ type: 'event', event });
  }
}
