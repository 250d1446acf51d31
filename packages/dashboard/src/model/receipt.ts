import { headers } from '@coring/protocol';

/** What an answer says of a file's copies and of the ring. */
export interface Receipt {
  readonly copies: number;
  readonly wanted: number;
  readonly grade: string;
  /** Ids of the nodes that hold it, as known. */
  readonly nodes: readonly string[];
  readonly version: string;
  readonly epoch: string;
  readonly hops: string;
  readonly state: string;
  readonly conflicts: number;
}

/** The receipt in an answer's headers; undefined where there is none. */
export function receiptOf(field: (name: string) => string | null): Receipt | undefined {
  const counts = /^(\d+)\/(\d+)$/.exec(field(headers.copies) ?? '');
  if (counts === null) return undefined;
  return {
    copies: Number(counts[1]),
    wanted: Number(counts[2]),
    grade: field(headers.grade) ?? '',
    nodes: (field(headers.nodes) ?? '').split(/,\s*/).filter((id) => id !== ''),
    version: field(headers.version) ?? '',
    epoch: field(headers.epoch) ?? '',
    hops: field(headers.hops) ?? '',
    state: field(headers.state) ?? '',
    conflicts: Number(field(headers.conflicts) ?? 0),
  };
}
