import type { FileVersion, Seen, Stamp } from '@coring/protocol';

/**
 * What a node keeps durably of one name: an acceptor of CASPaxos (the main line), the branches beside it, and what it minted itself.
 * A record like any other for the store.
 */
export interface Register {
  /** Highest ballot promised. */
  promised?: Stamp;
  /** Ballot at which `value` was accepted. */
  accepted?: Stamp;
  /** `value` came by synchronising: it counts for order, not as an acceptance. */
  copied: boolean;
  value?: FileVersion;
  branches: FileVersion[];
  /** Everything that this version vector covers is chosen. */
  committed: Seen;
  /** A version minted here that may have been sent and whose fate is not known: it is taken along in every later round of this name. */
  mine?: FileVersion;
}
