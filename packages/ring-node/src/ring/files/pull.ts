import { isReachable, reachableNodes } from '../membership/reachable.js';
import { epochsInForce, ownersOf } from '../placement/owners.js';
import type { RingState } from '../state.js';
import type { Turn } from '../turn.js';
import type { Entry } from './files-state.js';
import { missingOf } from './kept.js';
import { fetchBytes } from './staging.js';
import { transferMs } from './transfer-time.js';

/** Sources named in one fetch at most: owners first, then others that can be reached. */
const SOURCES_MAX = 16;
/** Versions of one name fetched at once. */
const VERSIONS_MAX = 4;
/** Fetches of the node's own under way at most: clients come first. */
const OWN_MAX = 8;

/** Fetches what the register refers to and this disk lacks, from whoever may have it. Returns whether any fetch is under way for the name. */
export function fetchMissing(ring: RingState, turn: Turn, name: string, entry: Entry): boolean {
  const { files } = ring;
  const wanted = missingOf(entry).slice(0, VERSIONS_MAX);
  const underWay = new Set([...files.fetches.values()].filter((fetching) => fetching.name === name).map(({ digest }) => digest));
  const sources = sourcesOf(ring, name);
  for (const { version, digest, size } of wanted) {
    if (underWay.has(digest) || ownFetches(ring) >= OWN_MAX) continue;
    const fetching = fetchBytes(ring, turn, { name, digest, size, sources: sources.map((nodeId) => ({ nodeId, version })), asked: [] }, transferMs(size));
    if (fetching !== undefined) underWay.add(digest);
  }
  return underWay.size > 0;
}

/** Fetches under way that nobody else asked for. */
export function ownFetches({ files }: RingState): number {
  return [...files.fetches.values()].filter(({ asked }) => asked.length === 0).length;
}

function sourcesOf(ring: RingState, name: string): string[] {
  const owners = epochsInForce(ring).flatMap((epoch) => ownersOf(epoch, name));
  const all = [...new Set([...owners, ...reachableNodes(ring)])];
  return all.filter((node) => node !== ring.self.nodeId && isReachable(ring, node)).slice(0, SOURCES_MAX);
}
