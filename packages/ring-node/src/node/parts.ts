import type { Store } from '@coring/file-store';
import type { RingState } from '../ring/index.js';
import type { TracedStep } from './core.js';
import type { OwnHoldings } from './holdings.js';
import type { Links } from './links/links.js';

/** What a node is put to work with. */
export interface Parts {
  readonly ring: RingState;
  readonly store: Store;
  readonly links: Links;
  readonly holdings: OwnHoldings;
  readonly scrubEveryMs: number;
  readonly trace?: (step: TracedStep) => void;
}
