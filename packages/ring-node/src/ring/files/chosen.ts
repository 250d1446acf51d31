import { COMMIT_MAX, type Commit } from '@coring/protocol';
import { send } from '../send.js';
import type { RingState } from '../state.js';
import { isSet, setTimer } from '../timers.js';
import type { Turn } from '../turn.js';
import { commit } from './acceptor.js';
import { entryOrWait } from './cache.js';

/** What is chosen is told so long after, in milliseconds: one message for all that was chosen meanwhile. */
const TELL_MS = 20;

/** Has a node told that something is chosen. Nobody waits for that: a node that never hears of it finds it out when it looks after the name. */
export function tellSoon(ring: RingState, turn: Turn, node: string, chosen: Commit['chosen'][number]): void {
  const { files, timers } = ring;
  const untold = files.untold.get(node);
  if (untold === undefined) files.untold.set(node, [chosen]);
  else if (untold.push(chosen) >= COMMIT_MAX) return tell(ring, turn, node, untold);
  if (!isSet(timers, { type: 'tell' })) setTimer(timers, { type: 'tell' }, turn.nowMs + TELL_MS);
}

export function onTellDue(ring: RingState, turn: Turn): void {
  for (const [node, chosen] of ring.files.untold) tell(ring, turn, node, chosen);
}

/** Takes in what another node knows to be chosen, once the registers are in memory. */
export function onCommit(ring: RingState, turn: Turn, { chosen }: Pick<Commit, 'chosen'>): void {
  for (const { name, seen } of chosen) {
    const entry = entryOrWait(ring, turn, name, { type: 'chosen', seen });
    if (entry !== undefined) commit(ring, turn, name, entry, seen);
  }
}

function tell(ring: RingState, turn: Turn, node: string, chosen: Commit['chosen']): void {
  ring.files.untold.delete(node);
  send(ring, turn, node, { type: 'COMMIT', chosen });
}
