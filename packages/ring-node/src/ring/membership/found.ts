import type { Epoch, RingSettings } from '@coring/protocol';
import { clearLaps } from '../check/check-state.js';
import { saveSelf } from '../clock.js';
import { learnEpochs } from '../placement/learn.js';
import { clearPlacement } from '../placement/placement-state.js';
import { saveMembers } from '../persisted.js';
import { randomId } from '../random.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { enter } from './adopt.js';
import { noteRing } from './note-ring.js';
import { ownRecord } from './own.js';
import { clearDoubts } from './reachable.js';

const DEFAULT_SETTINGS: RingSettings = { copies: 3, forgetAfterMs: 600_000, writes: 'weak', minCopies: 1 };

/** Makes this node a ring of one: whoever joins it finds its settings in the first epoch. */
export function found(ring: RingState, turn: Turn, ringId: string = randomId(turn.random)): void {
  const { self, membership, wants } = ring;
  self.ringId = ringId;
  self.phase = 'in';
  membership.joins.clear();
  membership.ahead = [];
  const own = ownRecord(ring);
  enter(ring, own, turn);
  const { nodeId, capacity, zone } = self;
  const first: Epoch = {
    number: 1,
    members: [{ nodeId, capacity, ...(zone === undefined ? {} : { zone }) }],
    settings: { ...DEFAULT_SETTINGS, ...wants },
  };
  learnEpochs(ring, turn, [first], first.number, 0);
  // Last: a node that has a ring by its record has the ring's epochs too, wherever a crash cuts.
  turn.save(...saveMembers(own), saveSelf(ring));
  turn.emit({ type: 'joined', ringId });
  noteRing(ring, turn);
}

/** Gives up a ring of one that never held a file. */
export function forgetRing(ring: RingState, turn: Turn): void {
  const { self, membership, placement } = ring;
  for (const nodeId of membership.roster.keys()) clearDoubts(membership, nodeId);
  membership.roster.clear();
  membership.digest = '0'.repeat(16);
  membership.order = undefined;
  membership.news.clear();
  membership.accusations.clear();
  clearPlacement(placement);
  clearLaps(ring.check);
  delete self.ringId;
  delete ring.settings;
  turn.save(saveSelf(ring), { do: 'delete', space: 'ring', key: 'epochs' }, { do: 'delete', space: 'ring', key: 'vote' });
}
