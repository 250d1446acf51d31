import type { Store } from '@coring/file-store';
import type { RingState } from '../ring/index.js';
import type { TracedStep } from './core.js';
import type { OwnHoldings } from './holdings.js';
import type { Links } from './links/links.js';
import type { OwnRecords } from './own-records.js';
import type { Traffic } from './traffic.js';

/** What a node is put to work with. */
export interface Parts {
  readonly ring: RingState;
  readonly store: Store;
  readonly links: Links;
  /** Of all links, open and closed. */
  readonly linkTraffic: Traffic;
  /** Of all connections of clients, open and closed. */
  readonly clientTraffic: Traffic;
  readonly holdings: OwnHoldings;
  readonly own: OwnRecords;
  readonly scrubEveryMs: number;
  readonly trace?: (step: TracedStep) => void;
}
