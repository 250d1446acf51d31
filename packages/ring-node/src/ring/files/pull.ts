import { previousOf } from '../membership/order.js';
import { awakeFirst, nodesThere } from '../membership/reachable.js';
import { epochsInForce, ownersOf } from '../placement/owners.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Entry } from './files-state.js';
import { missingOf } from './kept.js';
import { mayMove, spend } from './pace.js';
import { fetchBytes } from './staging.js';
import { transferMs } from './transfer-time.js';

/** Sources named in one fetch at most: owners first, then others that can be reached. */
const SOURCES_MAX = 16;
/** Versions of one name fetched at once. */
const VERSIONS_MAX = 4;
/**
 * Fetches what the register refers to and this disk lacks, from whoever may have it. `later`: the pace of movement does not allow it now.
 * `nowhere`: there is nobody to fetch it from.
 */
export function fetchMissing(ring: RingState, turn: Turn, name: string, entry: Entry): 'begun' | 'later' | 'nowhere' {
  const underWay = onTheirWay(ring, name);
  const sources = sourcesOf(ring, name);
  for (const { version, digest, size } of missingOf(entry).slice(0, VERSIONS_MAX)) {
    if (underWay.has(digest)) continue;
    if (!mayMove(ring, turn)) return underWay.size > 0 ? 'begun' : 'later';
    const fetching = fetchBytes(ring, turn, { name, digest, size, sources: sources.map((nodeId) => ({ nodeId, version })), asked: [] }, transferMs(size));
    if (fetching === undefined) continue;
    underWay.add(digest);
    spend(ring, size);
  }
  return underWay.size > 0 ? 'begun' : 'nowhere';
}

/** Digests of the bytes that are being fetched of a name. An upload that a client still sends has none yet: it takes its own time, and brings nothing that is missing. */
export function onTheirWay({ files, mutations }: RingState, name: string): Set<string | undefined> {
  const fetches = [...files.fetches.values()].filter((fetching) => fetching.name === name && (fetching.digest !== undefined || mutations.has('wait-for-uploads')));
  return new Set(fetches.map(({ digest }) => digest));
}

/** Owners first; where every node has copies, the one before this one in the ring: so each sends a file once. Who sleeps comes last. */
function sourcesOf(ring: RingState, name: string): string[] {
  const owners = epochsInForce(ring).flatMap((epoch) => ownersOf(epoch, name));
  const before = ring.settings?.copies === 0 ? [previousOf(ring)] : [];
  const others = [...new Set([...before, ...owners, ...nodesThere(ring)])].filter((node) => node !== ring.self.nodeId);
  return awakeFirst(ring, others).slice(0, SOURCES_MAX);
}
