import type { Member } from '@coring/protocol';
import { saveSelf } from '../clock.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import { adopt } from './adopt.js';
import { FIRST_POSITION } from './position.js';

/** What this node says of itself, at its present incarnation. */
export function ownRecord({ self, membership }: RingState): Member {
  const { nodeId, incarnation, boot, address, capacity, zone, features, phase } = self;
  return {
    nodeId,
    incarnation,
    boot,
    address,
    state: phase === 'leaving' ? 'leaving' : 'up',
    position: membership.roster.get(nodeId)?.position ?? FIRST_POSITION,
    capacity,
    ...(zone === undefined ? {} : { zone }),
    features: [...features],
  };
}

/** Says anew what this node is, above everything that was said of it: durable before it is sent. */
export function raiseIncarnation(ring: RingState, above: number, turn: Turn): void {
  const { self } = ring;
  self.incarnation = Math.max(self.incarnation, above) + 1;
  turn.save(saveSelf(ring));
  adopt(ring, ownRecord(ring), turn);
}
