import type { Epoch, Member, Message, RingEvent, RingSettings } from '@coring/protocol';
import { noCheckState } from '../../src/ring/check/check-state.js';
import { onHopAcknowledged, onHopLate, onLapLate } from '../../src/ring/check/hop.js';
import { onCheck } from '../../src/ring/check/on-check.js';
import { onCheckDue, onCheckUrgent } from '../../src/ring/check/on-check-due.js';
import { noFiles } from '../../src/ring/files/files-state.js';
import { noMembership } from '../../src/ring/membership/membership.js';
import type { Mutation } from '../../src/ring/mutations.js';
import type { Persisted } from '../../src/ring/persisted.js';
import { persistedPlacement } from '../../src/ring/placement/placement-state.js';
import { onEpochDue } from '../../src/ring/placement/propose.js';
import type { RingState } from '../../src/ring/state.js';
import { nextDueMs, noTimers, takeDue } from '../../src/ring/timers.js';
import { Turn } from '../../src/ring/turn.js';

export interface HandMadeNode {
  ring: RingState;
  readonly nodeId: string;
  isUp: boolean;
  /** What is on its disk: the values as they were when saved. */
  readonly disk: Persisted;
  readonly events: RingEvent[];
}

export interface Sent {
  readonly from: number;
  readonly to: number;
  readonly message: Message;
}

interface Options {
  readonly settings?: Partial<RingSettings>;
  /** Members of epoch 1; all nodes unless said. */
  readonly members?: readonly number[];
  readonly mutations?: readonly Mutation[];
}

const settings: RingSettings = { copies: 3, forgetAfterMs: 600_000, writes: 'weak', minCopies: 1 };

export function nodeIdOf(index: number): string {
  return (index + 1).toString(16).padStart(32, '0');
}

/**
 * Nodes whose rosters are made by hand and stay as the test sets them: only CHECK, its ACKs and the votes happen, and each message waits
 * until the test lets it arrive.
 */
export class HandMadeRing {
  readonly nodes: HandMadeNode[] = [];
  /** Sent and not arrived, in the order of sending. */
  readonly onTheWay: Sent[] = [];
  nowMs = 1_000_000;
  /** Messages delivered so far. */
  delivered = 0;
  readonly #mutations: ReadonlySet<Mutation>;
  #seed = 1;

  constructor(count: number, { settings: given = {}, members, mutations = [] }: Options = {}) {
    this.#mutations = new Set(mutations);
    const indexes = members ?? Array.from({ length: count }, (_, index) => index);
    const epoch: Epoch = { number: 1, members: indexes.map((index) => ({ nodeId: nodeIdOf(index), capacity: 1 })), settings: { ...settings, ...given } };
    for (let index = 0; index < count; index++) {
      const disk: Persisted = { epochs: { epochs: [epoch], oldest: 1, ready: [1], floor: 0 } };
      this.nodes.push({ ring: this.#stateOf(index, count, disk), nodeId: nodeIdOf(index), isUp: true, disk, events: [] });
    }
  }

  /** Has a node do something. What it saves is durable at once, what it sends waits. */
  act(index: number, what: (ring: RingState, turn: Turn) => void): void {
    const node = this.nodes[index]!;
    if (!node.isUp) return;
    const turn = new Turn({ nowMs: this.nowMs, wallMs: 1_790_000_000_000 + this.nowMs, seed: this.#seed++ });
    what(node.ring, turn);
    for (const effect of turn.effects) {
      if (effect.type === 'save') for (const change of effect.changes) if (change.do === 'put' && change.space === 'ring') Object.assign(node.disk, { [change.key]: structuredClone(change.value) });
      if (effect.type === 'event') node.events.push(effect.event);
      if (effect.type === 'send' && (effect.message.type === 'CHECK' || effect.message.type === 'ACK'))
        this.onTheWay.push({ from: index, to: Number(effect.address), message: structuredClone(effect.message) });
    }
  }

  /** Lets the first message arrive that the test does not hold back; false when there is none. */
  deliverOne(isLet: (sent: Sent) => boolean = () => true): boolean {
    const at = this.onTheWay.findIndex(isLet);
    if (at < 0) return false;
    const [{ to, message }] = this.onTheWay.splice(at, 1) as [Sent];
    this.delivered++;
    this.act(to, (ring, turn) => {
      if (message.type === 'CHECK') onCheck(ring, message, turn);
      if (message.type === 'ACK') onHopAcknowledged(ring, message, turn);
    });
    return true;
  }

  /** Lets messages arrive until none is left but those held back. */
  settle(isLet?: (sent: Sent) => boolean): void {
    for (let left = 100_000; this.deliverOne(isLet); left--) if (left === 0) throw new Error('messages go on for ever');
  }

  /** Time passes: what is due happens, messages arrive at once unless held back. */
  pass(ms: number, isLet?: (sent: Sent) => boolean): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      this.settle(isLet);
      const due = this.nodes.filter(({ isUp }) => isUp).map(({ ring }) => nextDueMs(ring.timers) ?? Number.POSITIVE_INFINITY);
      const nextMs = Math.min(...due);
      if (nextMs > untilMs) break;
      this.nowMs = Math.max(this.nowMs, nextMs);
      for (const index of this.nodes.keys()) this.act(index, (ring, turn) => this.#tick(ring, turn));
    }
    this.nowMs = untilMs;
  }

  /** The process ends: what it held in memory is gone, what it sent is still on its way. */
  crash(index: number): void {
    this.nodes[index]!.isUp = false;
  }

  restart(index: number): void {
    const node = this.nodes[index]!;
    node.ring = this.#stateOf(index, this.nodes.length, structuredClone(node.disk));
    node.isUp = true;
  }

  /** Writes a line into the rosters of all nodes. */
  tellAll(index: number, change: Partial<Member>): void {
    for (const { ring } of this.nodes) this.tell(ring, index, change);
  }

  tell({ membership }: RingState, index: number, change: Partial<Member>): void {
    const known = membership.roster.get(nodeIdOf(index))!;
    membership.roster.set(known.nodeId, { ...known, ...change });
    membership.order = undefined;
    if (change.state === 'down') membership.downSince.set(known.nodeId, this.nowMs);
    if (change.state === 'up') membership.downSince.delete(known.nodeId);
  }

  #tick(ring: RingState, turn: Turn): void {
    for (let due = takeDue(ring.timers, this.nowMs); due !== undefined; due = takeDue(ring.timers, this.nowMs)) {
      const { timer } = due;
      if (timer.type === 'hop-late') onHopLate(ring, timer.key, turn);
      else if (timer.type === 'lap-late') onLapLate(ring, timer.key, turn);
      else if (timer.type === 'check-urgent') onCheckUrgent(ring, turn);
      else if (timer.type === 'check-due') onCheckDue(ring, turn);
      else if (timer.type === 'epoch-due') onEpochDue(ring, turn);
    }
  }

  #stateOf(index: number, count: number, disk: Persisted): RingState {
    const membership = noMembership();
    for (let each = 0; each < count; each++) {
      const nodeId = nodeIdOf(each);
      membership.roster.set(nodeId, { nodeId, incarnation: 1, boot: 'b', address: String(each), state: 'up', position: String(10_000 + each), capacity: 1, features: [] });
    }
    const nodeId = nodeIdOf(index);
    const boot = `${nodeId.slice(-4)}.${this.#seed++}`;
    const placement = persistedPlacement(disk);
    const clockCeiling = disk.self?.clockCeiling ?? 0;
    return {
      self: { nodeId, boot, address: String(index), ringId: 'f'.repeat(32), incarnation: 1, clock: clockCeiling, clockCeiling, heldFiles: false, capacity: 1, features: [], phase: 'in', messages: 0 },
      settings: placement.epochs.at(-1)!.settings,
      wants: {},
      moveRate: 50_000_000,
      reapAfterMs: 86_400_000,
      membership,
      check: noCheckState(),
      placement,
      files: noFiles(),
      timers: noTimers(),
      mutations: this.#mutations,
    };
  }
}
