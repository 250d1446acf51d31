import type { RingSettings } from '@coring/protocol';
import { urgentCheck } from './check/urgent-check.js';
import { noCheckState } from './check/check-state.js';
import { saveSelf } from './clock.js';
import type { Effect } from './effect.js';
import { noFiles } from './files/files-state.js';
import { MOVE_RATE } from './files/pace.js';
import { isUnspecified, withHostOf } from './membership/address.js';
import { enter } from './membership/adopt.js';
import { found } from './membership/found.js';
import { noMembership } from './membership/membership.js';
import { noteRing } from './membership/note-ring.js';
import { ownRecord } from './membership/own.js';
import { ping } from './membership/ping.js';
import { reachableNodes, sleepers } from './membership/reachable.js';
import type { Mutations } from './mutations.js';
import { dropRoster, type Persisted, saveMembers } from './persisted.js';
import { noPlacement, persistedPlacement } from './placement/placement-state.js';
import { randomId } from './random.js';
import { sendTo } from './send.js';
import type { RingState } from './state.js';
import type { Surroundings } from './surroundings.js';
import { noTimers, setTimer } from './timers.js';
import { Turn } from './turn.js';

/** How a node is started. */
export interface RingOptions {
  /** Another since, where it has left a ring for good. */
  readonly nodeId: string;
  /** Fresh at each start. */
  readonly boot: string;
  /** Where peers reach the node. */
  readonly address: string;
  readonly capacity: number;
  readonly zone?: string;
  readonly features: readonly string[];
  /** Bytes per second for copies that follow the ring and for repairs. Default: 50 MB. */
  readonly moveRate?: number;
  /** How long the tombstone of a deleted file stays at least, in milliseconds. Default: a day. */
  readonly reapAfterMs?: number;
  /** Settings named by the operator: settle a founding, must agree at a join. */
  readonly wants: Partial<RingSettings>;
  /** What an earlier run left. */
  readonly persisted: Persisted;
  /** The operator named a node to join: without a ring of its own, the node waits for `join` inputs instead of founding one. */
  readonly isJoining: boolean;
  readonly mutations?: Mutations;
}

/** The first moment of the recurring timers lies within this time, each at its own: nodes started together do not march in step. */
const SPREAD_MS = 1_000;
const REAP_AFTER_MS = 86_400_000;
const RECURRING = ['probe', 'heal', 'check-due', 'epoch-due', 'sync', 'sweep'] as const;

/**
 * A node as it begins to run, and what the shell has to carry out at once. It serves what it may at once; its ring, if it had one,
 * it looks for at every address that it ever knew.
 */
export function startRing(options: RingOptions, surroundings: Surroundings): { ring: RingState; effects: Effect[] } {
  const turn = new Turn(surroundings);
  const ring = newRing(options, turn);
  if (ring.self.ringId === undefined) {
    turn.save(...dropRoster(options.persisted));
    if (options.persisted.vote !== undefined) turn.save({ do: 'delete', space: 'ring', key: 'vote' });
  }
  recall(ring, ring.self.ringId === undefined ? {} : options.persisted, turn);
  // A peer that remembers the last run must be able to tell it from this one before it hears a word.
  turn.save(saveSelf(ring), ...saveMembers(ownRecord(ring)));
  for (const type of RECURRING) setTimer(ring.timers, { type }, turn.nowMs + turn.random() * SPREAD_MS);
  if (ring.self.ringId !== undefined) comeBack(ring, turn);
  else if (!options.isJoining) found(ring, turn);
  return { ring, effects: turn.effects };
}

function newRing(options: RingOptions, turn: Turn): RingState {
  const { boot, address, capacity, zone, features, moveRate = MOVE_RATE, reapAfterMs = REAP_AFTER_MS, wants, mutations } = options;
  // Who has left for good has forgotten what it voted: it comes back as somebody of whom nobody expects it.
  const isAnother = options.persisted.self?.hasLeft === true && mutations?.has('welcome-the-forgetful') !== true;
  const persisted = isAnother ? {} : options.persisted;
  const { nodeId = isAnother ? randomId(turn.random) : options.nodeId, incarnation = 0, clockCeiling = 0, heldFiles = false } = persisted.self ?? {};
  // Without a ringId the rest is of a ring that the node has left, or was not quite in yet when it crashed.
  const placement = persisted.self?.ringId === undefined ? noPlacement() : persistedPlacement(persisted);
  const settings = placement.epochs.at(-1)?.settings;
  // The power may have gone between the two saves: a ring without an epoch was never told to anybody.
  const ringId = placement.epochs.length === 0 ? undefined : persisted.self?.ringId;
  return {
    self: {
      nodeId,
      boot,
      address,
      ...(ringId === undefined ? {} : { ringId }),
      incarnation: incarnation + 1,
      clock: clockCeiling,
      clockCeiling,
      heldFiles,
      capacity,
      ...(zone === undefined ? {} : { zone }),
      features,
      phase: ringId === undefined ? 'alone' : 'in',
      messages: 0,
    },
    ...(settings === undefined ? {} : { settings }),
    wants,
    moveRate,
    reapAfterMs,
    membership: noMembership(),
    check: noCheckState(),
    placement,
    files: noFiles(),
    timers: noTimers(),
    mutations: mutations ?? new Set(),
  };
}

/** The roster of the ring that the node comes back to; for one without a ring, it is alone in it. */
function recall(ring: RingState, { members = [], addresses = [] }: Persisted, turn: Turn): void {
  const { self, membership } = ring;
  for (const address of addresses) membership.addresses.add(address);
  for (const member of members) enter(ring, member, turn);
  // Where others know less or more, the digests differ.
  membership.news.clear();
  const before = membership.roster.get(self.nodeId);
  if (before !== undefined && isUnspecified(self.address) && !isUnspecified(before.address)) self.address = withHostOf(self.address, before.address);
  enter(ring, ownRecord(ring), turn);
}

/** Tells everyone that was ever known of the new incarnation; whoever hears it carries it on. */
function comeBack(ring: RingState, turn: Turn): void {
  const { membership, self } = ring;
  const dialled = new Set([self.address]);
  const isAnybodyUp = reachableNodes(ring).length > 1;
  const [sleeper] = sleepers(ring);
  for (const { nodeId, address, state } of membership.roster.values()) {
    if (nodeId === self.nodeId || state === 'left') continue;
    dialled.add(address);
    // One of them is enough to hear how the ring is.
    if (state === 'asleep' && (isAnybodyUp || nodeId !== sleeper)) continue;
    ping(ring, turn, { nodeId, purpose: state === 'down' ? 'heal' : 'announce' });
  }
  for (const address of membership.addresses) {
    if (!dialled.has(address)) sendTo(ring, turn, address, undefined, { type: 'PING' });
  }
  noteRing(ring, turn);
  urgentCheck(ring, turn);
}
