import type { Epoch } from '@coring/protocol';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { saveEpochs } from './placement-state.js';

/** This node has all registers and bytes that epoch `number` gives it. Durable before it is told. */
export function markReady(ring: RingState, turn: Turn, number: number): void {
  const { placement } = ring;
  if (placement.ready.has(number) || !placement.epochs.some((epoch) => epoch.number === number)) return;
  placement.ready.add(number);
  placement.moved = undefined;
  turn.save(saveEpochs(placement));
  turn.emit({ type: 'synced', number });
}

/** Every bucket below `next` that epoch `number` gives this node is here: a restart goes on from there. */
export function markMoved({ placement }: RingState, turn: Turn, number: number, next: number): void {
  placement.moved = { number, next };
  turn.save(saveEpochs(placement));
}

/**
 * Number of the newest epoch in force for which this node is ready or of which it is no member; one below the oldest where there is none.
 * For who looks at the ring: of the epochs before it says nothing.
 */
export function syncedEpoch({ placement, self }: RingState): number {
  const synced = placement.epochs.findLast((epoch) => placement.ready.has(epoch.number) || !isMember(epoch, self.nodeId));
  return synced?.number ?? Math.max(0, placement.oldest - 1);
}

/** Whether this node has all that epoch `number` gives it. To be ready for a newer one does not say so, nor to be no member of that: it may give this node less. */
export function isSyncedFor({ placement, self }: RingState, number: number): boolean {
  const epoch = placement.epochs.find((one) => one.number === number);
  return epoch === undefined ? number < placement.oldest : placement.ready.has(number) || !isMember(epoch, self.nodeId);
}

export function isMember(epoch: Epoch, nodeId: string): boolean {
  return epoch.members.some((member) => member.nodeId === nodeId);
}
