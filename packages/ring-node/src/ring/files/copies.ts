import type { Answer, Forward } from '@coring/protocol';
import { readClock } from '../clock.js';
import { fullOrder } from '../membership/order.js';
import { isReachable } from '../membership/reachable.js';
import type { Body } from '../body.js';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { copy } from './acceptor.js';
import { entryOf } from './cache.js';
import { aForward, carriedHeight } from './forward.js';
import { attachment } from './offer.js';
import type { Op } from './op.js';
import { passOn } from './relay.js';
import { seenOf } from './version.js';

/**
 * Once a value is chosen, brings it to the owners that do not vote. With copies on every node, a FORWARD goes round the whole ring:
 * each node takes the bytes from the one before it, and the lap comes home.
 */
export function startCopies(ring: RingState, turn: Turn, op: Op): void {
  if (op.value === undefined || op.height === undefined) return;
  const self = ring.self.nodeId;
  const { owners, targets } = op.scope!;
  const isLap = op.kind === 'put' && ring.settings?.copies === 0 && fullOrder(ring).length > 1;
  for (const node of owners) if (!targets.includes(node) && (node === self || !isLap)) copyTo(ring, turn, op, node);
  if (!isLap) return;
  const forward = { ...copyForward(ring, turn, op), mode: 'fill' as const, hopsMax: fullOrder(ring).length + 8, kept: op.holders.has(self) ? [self] : [] };
  if (!passOn(ring, turn, forward)) return;
  ring.files.calls.set(forward.request, { type: 'fill', ref: op.ref });
  op.fillRequest = forward.request;
  op.fill = 'going';
}

/** The lap is home: these nodes keep the version. */
export function onFilled(op: Op, { kept }: Pick<Forward | Answer, 'kept'>): void {
  for (const node of kept ?? []) op.copiedTo.add(node);
  op.fill = 'home';
}

/** Gives an owner that does not vote the chosen value; its bytes it has, or gets from those who do. */
export function copyTo(ring: RingState, turn: Turn, op: Op, node: string): void {
  const { name, value, height } = op;
  const entry = entryOf(ring, name);
  if (node === ring.self.nodeId && entry !== undefined) {
    copy(ring, turn, name, entry, { ...height, value: value!, branches: [], committed: seenOf(value), holds: [] });
    if (value!.deleted || op.holders.has(node)) op.copiedTo.add(node);
  } else if (isReachable(ring, node)) {
    const id = send(ring, turn, node, copyForward(ring, turn, op), attachment(ring, op, node));
    ring.files.calls.set(id, { type: 'op', ref: op.ref, node, round: op.round, what: 'copy' });
    op.transfers.add(id);
    op.awaited.set(node, turn.nowMs);
  }
}

function copyForward(ring: RingState, turn: Turn, op: Op): Body<'FORWARD'> {
  // It goes with the clock as it is now: who gets it late sees that it is old.
  readClock(ring, turn);
  const { name, holders, endsAtMs } = op;
  const value = op.value!;
  const sources = [...holders].map((nodeId) => ({ nodeId, version: value.version }));
  return aForward(ring, { op: 'PUT', name, deadlineMs: Math.max(1_000, endsAtMs - turn.nowMs), digest: value.digest, size: value.size, sources, value, ...carriedHeight(op.height!) });
}
