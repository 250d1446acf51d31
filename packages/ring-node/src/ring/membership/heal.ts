import type { RingState } from '../state.js';
import { setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { isPinging, ping } from './ping.js';
import { sendRoster } from './on-roster.js';
import { wakeWhoIsDue } from './sleepers.js';

/** Looks for the dead come this often, ± 25 %. */
const HEAL_MS = 5_000;
/** PINGs in one such time for each node that is down, from all nodes together. */
const PER_DOWN = 8;

/**
 * Nobody is given up: nodes that are down are asked for ever, at a rate that does not grow with the ring. One answer joins two parts
 * of a split ring again, however long it lasted.
 */
export function onHealDue(ring: RingState, turn: Turn): void {
  setTimer(ring.timers, { type: 'heal' }, turn.nowMs + HEAL_MS * (0.75 + 0.5 * turn.random()));
  if (ring.self.phase !== 'in' && ring.self.phase !== 'leaving') return;
  wakeWhoIsDue(ring, turn);
  const members = [...ring.membership.roster.values()];
  const down = members.filter(({ state }) => state === 'down');
  const upCount = members.filter(({ state }) => state !== 'down' && state !== 'left').length;
  if (down.length === 0 || turn.random() >= (PER_DOWN * down.length) / upCount) return;
  const { nodeId } = down[Math.floor(turn.random() * down.length)]!;
  if (!isPinging(ring, nodeId, 'heal')) ping(ring, turn, { nodeId, purpose: 'heal' });
}

/** A node that was down is there: each side has a roster that the other needs. */
export function onHealed(ring: RingState, nodeId: string, turn: Turn): void {
  turn.emit({ type: 'heal', nodeId });
  sendRoster(ring, turn, nodeId, true);
}
