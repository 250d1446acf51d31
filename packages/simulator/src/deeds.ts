import type { MessageType } from '@coring/protocol';
import type { ClientRequest } from '@coring/ring-node/ring';
import type { PutRequest } from './history.js';
import type { Course } from './streamed-upload.js';

/** A node as it comes into the world: all that was drawn for it. */
export interface Newcomer {
  readonly name: string;
  readonly nodeId: string;
  /** Its own draws follow from this. */
  readonly seed: number;
  /** Where it asks to be taken in; none for a founder. */
  readonly contacts: readonly string[];
  /** Where it listens, if not at an address of its own. */
  readonly address?: string;
  /** Its share of the copies, where that is not 1. */
  readonly capacity?: number;
}

/** Something that a run does to its nodes from outside, with all that was drawn for it: done again it needs no chance. Times in milliseconds. */
export type Deed =
  | { readonly do: 'start'; readonly newcomer: Newcomer; readonly afterMs: number }
  | { readonly do: 'ask'; readonly node: string; readonly request: ClientRequest }
  | { readonly do: 'stream'; readonly node: string; readonly request: PutRequest; readonly course: Course }
  /** The client does not wait any longer: its connection closes. */
  | { readonly do: 'hang-up'; readonly node: string; readonly ref: string }
  | Fault;

/** What goes wrong, or is asked for by an operator. */
export type Fault =
  | { readonly do: 'split'; readonly sides: readonly (readonly [node: string, side: number])[]; readonly healAfterMs: number }
  | { readonly do: 'cut' | 'partial-cut'; readonly from: string; readonly to: string; readonly healAfterMs: number }
  /** Cut and whole again, so many times. */
  | { readonly do: 'flap'; readonly from: string; readonly to: string; readonly everyMs: number; readonly times: number }
  /** One way, and whole again only when all faults end. */
  | { readonly do: 'lasting-cut'; readonly from: string; readonly to: string }
  /** One way: what is sent waits, and arrives all at once. */
  | { readonly do: 'clog'; readonly from: string; readonly to: string; readonly forMs: number }
  /** Links are clogged one after another, and free again in another order. */
  | { readonly do: 'swizzle'; readonly links: readonly { readonly from: string; readonly to: string; readonly afterMs: number; readonly forMs: number }[] }
  /** Messages of one type do not arrive: those that one node sends, those that it is sent, those of a link, or all. */
  | { readonly do: 'omit'; readonly type: MessageType; readonly from?: string; readonly to?: string; readonly forMs: number }
  /** The node that sends, or gets, one of the next messages of a type crashes, stands still, or is cut off a moment after. */
  | { readonly do: 'ambush'; readonly type: MessageType; readonly as: 'sender' | 'receiver'; readonly passing: number; readonly afterMs: number; readonly blow: Blow }
  | { readonly do: 'heal' }
  | { readonly do: 'pause'; readonly node: string; readonly forMs: number }
  | { readonly do: 'crash'; readonly node: string; readonly startAfterMs: number }
  /** It crashes, and starts again at another address: a new one, or one that another node had. */
  | { readonly do: 'move'; readonly node: string; readonly address: string; readonly startAfterMs: number }
  /** It crashes, and starts again with another share of the copies. */
  | { readonly do: 'weigh'; readonly node: string; readonly capacity: number; readonly startAfterMs: number }
  /** A second process starts from a copy of the disk, as the same node; the operator ends it some time after a node has told of it. */
  | { readonly do: 'clone-disk'; readonly node: string; readonly clone: Newcomer; readonly endAfterMs: number }
  /** The disk is gone with all that is on it; a new node starts at its address, and the operator lets the ring forget the old one. */
  | { readonly do: 'lose-disk'; readonly node: string; readonly newcomer: Newcomer; readonly startAfterMs: number; readonly forgetAfterMs: number }
  /** The disk has a reserve left for the node's own records, and no room for anything else. */
  | { readonly do: 'low-disk'; readonly node: string; readonly forMs: number }
  /** Bytes cannot be read; they are all there afterwards. */
  | { readonly do: 'read-errors'; readonly node: string; readonly forMs: number }
  /** Bits of a copy flip. Whoever reads it notices, and so does the node when it reads all that it keeps. */
  | { readonly do: 'bit-rot'; readonly node: string; readonly name: string; readonly version: string; readonly scrubAfterMs: number }
  | { readonly do: 'clock-jump'; readonly node: string; readonly byMs: number }
  /** From now on the wall clock runs faster or slower than time, by this part. */
  | { readonly do: 'clock-drift'; readonly node: string; readonly by: number }
  | { readonly do: 'full-disk'; readonly node: string; readonly forMs: number }
  | { readonly do: 'join'; readonly newcomer: Newcomer }
  /** It goes to sleep as soon as it may, if that is soon, and is to be woken after a while. */
  | { readonly do: 'sleep'; readonly node: string; readonly wakeAfterMs: number }
  | { readonly do: 'leave-away'; readonly node: string; readonly startAfterMs: number }
  /** `through`: the node that the operator tells, if not itself. */
  | { readonly do: 'leave-for-good'; readonly node: string; readonly through?: string };

/** What befalls a node at a moment of the protocol. */
export type Blow =
  | { readonly do: 'crash'; readonly startAfterMs: number }
  | { readonly do: 'pause'; readonly forMs: number }
  | { readonly do: 'split'; readonly healAfterMs: number };

/** A deed at its moment. */
export interface Step {
  readonly atMs: number;
  readonly deed: Deed;
}
