import type { Epoch } from '@coring/protocol';
import { noteHealth } from '../check/health.js';
import { sawClock } from '../clock.js';
import type { RingState } from '../state.js';
import { setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { newestEpoch } from './owners.js';
import { type Placement, saveEpochs } from './placement-state.js';
import { isMember } from './ready.js';

/**
 * Takes in epochs that were decided, from whomever they come: numbers only grow, and `oldest` rises where everything older is retired.
 * Durable before anything is said on their strength.
 */
export function learnEpochs(ring: RingState, turn: Turn, epochs: readonly Epoch[], oldest: number, floor: number): void {
  const { placement, self } = ring;
  const before = { newest: placement.newest, oldest: placement.oldest, floor: placement.floor };
  for (const epoch of epochs) {
    const known = placement.epochs.find(({ number }) => number === epoch.number);
    if (known === undefined) placement.epochs.push(epoch);
    else if (!isSameEpoch(known, epoch)) turn.emit({ type: 'warning', what: `epoch ${epoch.number} was decided twice: a rule of the protocol was broken` });
  }
  placement.epochs.sort((a, b) => a.number - b.number);
  placement.newest = placement.epochs.at(-1)?.number ?? 0;
  // One that a clock which is ahead has set is not followed: what is made here would be below it.
  const isAhead = floor > (turn.wallMs - ring.reapAfterMs / 2) * 1000;
  if (!isAhead || ring.mutations.has('follow-any-floor')) placement.floor = Math.max(placement.floor, floor);
  // Whatever is made here from now on is above it.
  sawClock(ring, turn, placement.floor);
  // Who knows the epochs above hears of them by its roster: until then the ones here stay.
  if (placement.epochs.some(({ number }) => number === oldest)) placement.oldest = Math.max(placement.oldest, oldest);
  else if (placement.oldest === 0) placement.oldest = placement.epochs[0]?.number ?? 0;
  drop(placement);
  if (placement.newest === before.newest && placement.oldest === before.oldest && placement.floor === before.floor) return;

  const newest = newestEpoch(ring);
  if (newest !== undefined) ring.settings = newest.settings;
  if (placement.candidacy !== undefined && placement.candidacy.number <= placement.newest) placement.candidacy = undefined;
  // The founder begins with everything that there is: nothing.
  if (before.newest === 0 && newest?.number === 1 && isMember(newest, self.nodeId)) placement.ready.add(1);
  turn.save(saveEpochs(placement));
  for (const epoch of placement.epochs)
    if (epoch.number > before.newest) turn.emit({ type: 'epoch', number: epoch.number, members: epoch.members.map(({ nodeId }) => nodeId) });
  if (placement.oldest > before.oldest && before.oldest > 0) turn.emit({ type: 'retired', oldest: placement.oldest });
  noteHealth(ring, turn);
  // Its handler copies what the newest epoch gives this node.
  if (newest !== undefined && newest.number > before.newest && isMember(newest, self.nodeId) && !placement.ready.has(newest.number)) setTimer(ring.timers, { type: 'sync' }, turn.nowMs);
}

/** Drops what belongs to retired epochs. */
function drop({ epochs, oldest, ready }: Placement): void {
  while (epochs.length > 0 && epochs[0]!.number < oldest) epochs.shift();
  for (const number of ready) if (number < oldest) ready.delete(number);
}

/** Whether two epochs place copies alike. */
export function isSameEpoch(a: Epoch, b: Epoch): boolean {
  return membersKey(a.members) === membersKey(b.members);
}

/** A set of members as a text: equal for equal sets. */
export function membersKey(members: Epoch['members']): string {
  return members
    .map(({ nodeId, capacity, zone }) => JSON.stringify([nodeId, capacity, zone ?? '']))
    .sort()
    .join(' ');
}
