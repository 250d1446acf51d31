import type { Holdings } from '@coring/protocol';
import type { Slices } from '../../node/slices.js';

/** What one node keeps of a bucket. */
export interface Row {
  readonly nodeId: string;
  /** How many names. */
  readonly names: number;
  readonly digest: string;
}

/** By the bucket, what each of the nodes says that it keeps. */
export async function rowsByBucket(told: ReadonlyMap<string, Holdings>, slices: Slices): Promise<Map<number, Row[]>> {
  const rows = new Map<number, Row[]>();
  for (const [nodeId, { buckets, names, digests }] of told) {
    for (const [i, bucket] of buckets.entries()) {
      if (slices.isOver) await slices.pause();
      const row = { nodeId, names: names[i] ?? 0, digest: digests[i] ?? '' };
      const others = rows.get(bucket);
      if (others === undefined) rows.set(bucket, [row]);
      else others.push(row);
    }
  }
  return rows;
}

export function areAlike(rows: readonly Row[]): boolean {
  return rows.every(({ digest }) => digest === rows[0]!.digest);
}

/** What can be said of a bucket without looking at its names: of so many names there are so many copies, or more where it is not `sure`. */
export function weigh(rows: readonly Row[], owners: readonly string[]): { readonly names: number; readonly copies: number; readonly sure: boolean } {
  const own = rows.filter(({ nodeId }) => owners.includes(nodeId));
  const most = (own.length > 0 ? own : rows).reduce((a, b) => (b.names > a.names ? b : a));
  const copies = rows.filter(({ digest }) => digest === most.digest).length;
  // What others keep beside the owners is on its way, or left over.
  return { names: most.names, copies, sure: own.length > 0 && areAlike(own) && rows.every(({ names }) => names <= most.names) };
}
