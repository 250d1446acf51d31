import type { Epoch, Member, Stamp } from '@coring/protocol';
import type { Change } from './effect.js';

/** What the node keeps of itself and the ring, in the record space `ring`. */
export interface Persisted extends Roster {
  self?: SelfRecord;
  epochs?: EpochsRecord;
  vote?: VoteRecord;
}

/** Each member and each address has a record of its own: what is written when one changes does not grow with the ring. */
interface Roster {
  members?: readonly Member[];
  addresses?: readonly string[];
}

export interface SelfRecord {
  readonly nodeId: string;
  readonly ringId?: string;
  readonly incarnation: number;
  readonly clockCeiling: number;
  readonly heldFiles: boolean;
  /** It has left its ring for good, and forgotten what it voted: from its next start on it is another node. */
  readonly hasLeft?: true;
}

export interface EpochsRecord {
  readonly epochs: readonly Epoch[];
  /** Number of the oldest epoch still in force. */
  readonly oldest: number;
  /** Epochs whose registers this node has in full. */
  readonly ready: readonly number[];
  readonly floor: number;
  readonly moved?: Moved;
}

/** How far a node has come with what epoch `number` gives it: every bucket below `next` is here. */
export interface Moved {
  readonly number: number;
  readonly next: number;
}

/** This node as an acceptor in the vote about epoch `number`. */
export interface VoteRecord {
  readonly number: number;
  readonly promised?: Stamp;
  readonly accepted?: { readonly ballot: Stamp; readonly proposal: Epoch };
}

/** What the records of the space say. */
export function persistedFrom(records: Iterable<readonly [key: string, value: unknown]>): Persisted {
  const persisted: Persisted = {};
  const members: Member[] = [];
  const addresses: string[] = [];
  for (const [key, value] of records) {
    if (key.startsWith(MEMBER)) members.push(value as Member);
    else if (key.startsWith(ADDRESS)) addresses.push((value as { readonly address: string }).address);
    else Object.assign(persisted, { [key]: value });
  }
  return { ...persisted, members, addresses };
}

const MEMBER = 'member ';
const ADDRESS = 'address ';

/** Members as they are now, and where they are reached. */
export function saveMembers(...members: readonly Member[]): Change[] {
  return members.flatMap((member): Change[] => {
    const { nodeId, address } = member;
    return [
      { do: 'put', space: 'ring', key: MEMBER + nodeId, value: member },
      { do: 'put', space: 'ring', key: ADDRESS + address, value: { address } },
    ];
  });
}

export function dropRoster({ members = [], addresses = [] }: Roster): Change[] {
  const keys = [...members.map(({ nodeId }) => MEMBER + nodeId), ...addresses.map((address) => ADDRESS + address)];
  return keys.map((key) => ({ do: 'delete', space: 'ring', key }));
}

export function selfRecord({ self }: { readonly self: SelfRecord }): SelfRecord {
  const { nodeId, ringId, incarnation, clockCeiling, heldFiles, hasLeft } = self;
  return { nodeId, ...(ringId === undefined ? {} : { ringId }), incarnation, clockCeiling, heldFiles, ...(hasLeft === undefined ? {} : { hasLeft }) };
}
