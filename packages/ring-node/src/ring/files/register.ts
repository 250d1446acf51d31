import type { Fast, FileVersion, Seen, Stamp } from '@coring/protocol';

/**
 * What a node keeps durably of one name: an acceptor of CASPaxos (the main line), the branches beside it, and what it minted itself.
 * A record like any other for the store.
 */
export interface Register {
  /** Highest ballot promised. */
  promised?: Stamp;
  /** Ballot of the last classic acceptance. */
  accepted?: Stamp;
  /** `value` was accepted in a fast round since. */
  fast?: Fast;
  /** `value` came by synchronising: it counts for order, not as an acceptance. */
  copied: boolean;
  value?: FileVersion;
  branches: FileVersion[];
  /** Everything that this version vector covers is chosen. */
  committed: Seen;
  /** A version minted here that may have been sent and whose fate is not known: it is taken along in every later round of this name. */
  mine?: FileVersion;
}
