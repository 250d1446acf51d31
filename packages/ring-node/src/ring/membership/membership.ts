import type { Member } from '@coring/protocol';

/** What a node knows of the others, and how far it can reach them. */
export interface Membership {
  /** Every node ever met, this one too. Entries are replaced, never removed: what is forgotten could come back as a stranger. */
  readonly roster: Map<string, Member>;
  /** Hash of the whole roster, whatever the order in which it came: kept up at each change. */
  digest: string;
  /** Every address ever given by a member: dialled again after a restart. Oldest first, bounded. */
  readonly addresses: Set<string>;
  /** All that have not left, in ring order; absent until asked for after a change. */
  order: readonly Member[] | undefined;
  /** The ring as last shown in a `ring` event. */
  shown: string;
  /** Local suspicion: who does not answer this node, since when. Never told as such; it is skipped at once. */
  readonly unreachable: Map<string, Suspicion>;
  /** Why a node is about to be probed out of turn. */
  readonly doubted: Map<string, string>;
  /** When each down node went down, on this node's clock. */
  readonly downSince: Map<string, number>;
  /** When this node heard that each sleeping one sleeps, on its own clock. */
  readonly asleepSince: Map<string, number>;

  /** Roster entries that changed of late and are still being told. */
  readonly news: Map<string, Rumour>;
  /** Accusations on their way to the accused. */
  readonly accusations: Map<string, Accusing>;
  /** Since when each peer's roster or epoch number has differed from ours. */
  readonly differing: Map<string, { readonly sinceMs: number }>;
  /** When a roster was last sent because of a difference. */
  lastExchangeMs: number;

  /** Local health (Dadgar, Phillips and Currey, "Lifeguard", 2018): 0 is well; up to 8 makes the node slower to judge others. */
  health: number;
  /** How late the last probe round came: this node's own lag, in milliseconds. */
  lagMs: number;
  /** The same of all timers, of which it forgets little by little: see `patience`. In milliseconds. */
  slowMs: number;
  /** Shuffled nodeIds still to be probed before the next shuffle. */
  readonly probeOrder: string[];
  /** PINGs without an answer so far, by message id. */
  readonly pings: Map<string, PendingPing>;
  /** Whom helpers are probing for this node, by target. */
  readonly inquiries: Map<string, Inquiry>;
  /** Which PING-REQ belongs to the inquiry about which target. */
  readonly helping: Map<string, string>;
  /** Heard to be down and not yet probed by this node: the record heard, by nodeId. */
  readonly toVerify: Map<string, Member>;
  /** Those of them that a PING is under way to, or about to be. */
  readonly verifying: Map<string, Member>;

  /** Addresses asked to take this node in, and when, by the JOIN's message id; the latest few. */
  readonly joins: Map<string, { readonly address: string; readonly atMs: number }>;
  /** Of a node without a ring: who waits for whom to have one, from the node on that this one asked last. */
  ahead: readonly string[];
  /** When another process was last seen to use this node's identity. */
  cloneSeenMs: number;
  /** When the goodbye for good was said: absent unless leaving. */
  leavingSinceMs: number | undefined;
}

export interface Suspicion {
  sinceMs: number;
  /** What is suspected: a higher incarnation answers it. */
  readonly incarnation: number;
}

/** Something being told to others, a limited number of times. */
export interface Rumour {
  told: number;
  /** How often each peer was told. */
  readonly peers: Map<string, number>;
}

export interface Accusing extends Rumour {
  readonly incarnation: number;
}

export interface PendingPing {
  readonly nodeId: string;
  readonly incarnation: number;
  /**
   * `probe`: is it there? `again`: it is suspected. `verify`: it was heard to be down. `heal`: it is down. `relay`: for another node.
   * `announce`: to make oneself known; silence means nothing. `wake`: it sleeps and is to be there.
   */
  readonly purpose: 'probe' | 'again' | 'verify' | 'heal' | 'relay' | 'announce' | 'wake';
  readonly dueMs: number;
  /** What led to a probe. */
  readonly why: string;
  /** For whom a `relay` is. */
  readonly asker?: { readonly nodeId: string; readonly messageId: string };
}

export interface Inquiry {
  readonly incarnation: number;
  readonly why: string;
  readonly dueMs: number;
  /** Message ids of the PING-REQs that are not answered. */
  readonly open: Set<string>;
  /** Helpers that did not answer because they could not be reached themselves. */
  silent: number;
}

export function noMembership(): Membership {
  return {
    roster: new Map(),
    digest: '0'.repeat(16),
    addresses: new Set(),
    order: undefined,
    shown: '',
    unreachable: new Map(),
    doubted: new Map(),
    downSince: new Map(),
    asleepSince: new Map(),
    news: new Map(),
    accusations: new Map(),
    differing: new Map(),
    lastExchangeMs: Number.NEGATIVE_INFINITY,
    health: 0,
    lagMs: 0,
    slowMs: 0,
    probeOrder: [],
    pings: new Map(),
    inquiries: new Map(),
    helping: new Map(),
    toVerify: new Map(),
    verifying: new Map(),
    joins: new Map(),
    ahead: [],
    cloneSeenMs: Number.NEGATIVE_INFINITY,
    leavingSinceMs: undefined,
  };
}
