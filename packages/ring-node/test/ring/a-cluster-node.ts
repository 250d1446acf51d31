import type { ClientAnswer, RingEvent, RingState } from '../../src/ring/index.js';
import { aDisk, type Bytes, type FakeDisk } from './a-fake-disk.js';

export interface ClusterNode {
  readonly index: number;
  nodeId: string;
  /** May change while the node does not run. */
  address: string;
  readonly disk: FakeDisk;
  /** As long as the node runs; the last state afterwards. */
  ring: RingState;
  isRunning: boolean;
  /** Stands still until then: nothing is handled, everything waits. */
  pausedUntilMs: number;
  /** How far its wall clock is ahead. */
  skewMs: number;
  /** Tells runs of the node apart. */
  boots: number;
  readonly events: { readonly atMs: number; readonly event: RingEvent }[];
  readonly answers: Map<string, ClientAnswer>;
  /** Bytes that came with answers. */
  readonly given: Bytes[];
  readonly operated: Map<string, { readonly ok: boolean; readonly message: string }>;
}

export function aClusterNode(index: number, nodeId: string): ClusterNode {
  return {
    index,
    nodeId,
    address: `10.0.${index >> 8}.${index & 255}:4043`,
    disk: aDisk(),
    ring: undefined as unknown as RingState,
    isRunning: false,
    pausedUntilMs: 0,
    skewMs: 0,
    boots: 0,
    events: [],
    answers: new Map(),
    given: [],
    operated: new Map(),
  };
}
