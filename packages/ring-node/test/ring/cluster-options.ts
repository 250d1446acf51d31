import type { RingSettings } from '@coring/protocol';
import type { Mutation } from '../../src/ring/index.js';

export interface ClusterOptions {
  readonly seed?: number;
  readonly wants?: Partial<RingSettings>;
  readonly mutations?: readonly Mutation[];
  /** `chain`: each joins at the one before it (the default); `star`: all at the first; `none`: nobody is started. */
  readonly join?: 'chain' | 'star' | 'none';
  readonly capacity?: number;
  /** The part of all messages that is lost once the nodes have found each other. */
  readonly loss?: number;
  /** Nodes count as ready for an epoch as soon as they know it: for tests that are not about the movement of files. */
  readonly syncAtOnce?: boolean;
  /** Bytes per second that a node moves of its own accord. */
  readonly moveRate?: number;
}
