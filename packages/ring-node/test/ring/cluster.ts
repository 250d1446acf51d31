import type { Message } from '@coring/protocol';
import { checkInvariants, type Effect, type Input, nextDueMs, randomFrom, type Register, type RingEvent, startRing, step } from '../../src/ring/index.js';
import { markReady } from '../../src/ring/placement/ready.js';
import { Turn } from '../../src/ring/turn.js';
import { type Bytes, bytesOf, digestsOf, loaded, persistedOf, save, scanned, scannedBuckets } from './a-fake-disk.js';
import { aClusterNode, type ClusterNode } from './a-cluster-node.js';
import { VirtualClock } from './a-virtual-clock.js';
import { areOneRing, areSettled } from './at-rest.js';
import type { ClusterOptions } from './cluster-options.js';
import { copyOf, freeze } from './frozen.js';

/** One way of one message, in milliseconds. */
const DELAY_MS = 1;
const JOIN_AGAIN_MS = 500;

/** Cores on one virtual clock, with a network that loses only what it is told to, and disks that are durable at once. */
export class Cluster extends VirtualClock {
  loss = 0;
  readonly nodes: ClusterNode[] = [];
  /** Every message sent, in order; the latest 200 000. */
  readonly sent: { readonly atMs: number; readonly from: number; readonly address: string; readonly message: Message }[] = [];
  readonly #options: ClusterOptions;
  readonly #random: () => number;
  readonly #cuts = new Set<string>();
  /** When the earliest tick of each node is on its way. */
  readonly #ticks = new Map<ClusterNode, number>();
  /** Tokens of uploads that clients are sending. */
  readonly #open = new Set<string>();
  /** Refs of fetches that were given up. */
  readonly #aborted = new Set<string>();
  #tokens = 0;

  constructor(options: ClusterOptions = {}) {
    super();
    this.#options = options;
    this.#random = randomFrom(options.seed ?? 1);
  }

  addNode(): ClusterNode {
    const index = this.nodes.length;
    const nodeId = Array.from({ length: 32 }, () => Math.floor(this.#random() * 16).toString(16)).join('');
    const node = aClusterNode(index, nodeId);
    this.nodes.push(node);
    return node;
  }

  /** Starts a node from its disk; it founds a ring, comes back to its own, or joins through the node named, again and again until it is in. */
  start(node: ClusterNode, through?: ClusterNode): void {
    node.boots++;
    this.#ticks.delete(node);
    node.isRunning = true;
    node.pausedUntilMs = 0;
    node.disk.staged.clear();
    const { seed = 1, wants = {}, mutations = [], capacity = 1, moveRate } = this.#options;
    const { ring, effects } = startRing(
      {
        nodeId: node.nodeId,
        boot: `b${node.index}-${node.boots}-${seed}`,
        address: node.address,
        capacity,
        features: [],
        wants,
        persisted: persistedOf(node.disk),
        isJoining: through !== undefined,
        mutations: new Set(mutations),
        ...(moveRate === undefined ? {} : { moveRate }),
      },
      this.#surroundings(node),
    );
    node.ring = ring;
    node.nodeId = ring.self.nodeId;
    this.#carryOut(node, effects);
    if (through !== undefined) this.join(node, through.address);
  }

  join(node: ClusterNode, address: string): void {
    const { boots } = node;
    const ask = (): void => {
      const isOver = node.events.some(({ event }) => event.type === 'refused' && event.code !== 'not-ready');
      if (!node.isRunning || node.boots !== boots || node.ring.self.phase === 'in' || isOver) return;
      this.input(node, { type: 'join', address });
      this.at(JOIN_AGAIN_MS, ask);
    };
    this.at(0, ask);
  }

  /** Stops a node at once. Peers that send to it are refused, as by a machine whose process is gone. */
  crash(node: ClusterNode): void {
    node.isRunning = false;
    node.boots++;
  }

  restart(node: ClusterNode, through?: ClusterNode): void {
    if (node.isRunning) this.crash(node);
    this.start(node, through);
  }

  /** As SIGSTOP does, and SIGCONT after that time. */
  pause(node: ClusterNode, forMs: number): void {
    node.pausedUntilMs = this.nowMs + forMs;
    this.at(forMs, () => this.#tick(node, node.boots));
  }

  /** Loses everything sent from the one to the other, silently. */
  cut(from: ClusterNode, to: ClusterNode): void {
    this.#cuts.add(`${from.index}>${to.index}`);
  }

  /** Cuts every link between nodes of different groups, both ways. */
  split(...groups: readonly (readonly ClusterNode[])[]): void {
    for (const group of groups) for (const other of groups) if (other !== group) for (const a of group) for (const b of other) this.cut(a, b);
  }

  mend(): void {
    this.#cuts.clear();
  }

  input(node: ClusterNode, input: Input): void {
    if (!node.isRunning) return;
    if (node.pausedUntilMs > this.nowMs) {
      const { boots } = node;
      return this.at(node.pausedUntilMs - this.nowMs, () => {
        if (node.boots === boots) this.input(node, input);
      });
    }
    this.#carryOut(node, step(node.ring, input, this.#surroundings(node)));
  }

  /** An upload that a client has sent: its token. */
  stage(node: ClusterNode, bytes: Bytes): string {
    const token = `t${node.index}-${++this.#tokens}`;
    node.disk.staged.set(token, bytes);
    return token;
  }

  /** A client begins to send a large body: its token. */
  beginUpload(node: ClusterNode, name: string, size?: number): string {
    const token = `t${node.index}-${++this.#tokens}`;
    this.#open.add(token);
    this.input(node, { type: 'uploading', name, token, ...(size === undefined ? {} : { size }) });
    return token;
  }

  /** The body is here whole, or, without bytes, broke off. */
  endUpload(node: ClusterNode, token: string, bytes?: Bytes): void {
    this.#open.delete(token);
    if (bytes !== undefined) node.disk.staged.set(token, bytes);
  }

  /** The register of a name as it is on a node's disk. */
  registerOf(node: ClusterNode, name: string): Register | undefined {
    const text = node.disk.registers.get(name);
    return text === undefined ? undefined : (JSON.parse(text) as Register);
  }

  eventsOf<T extends RingEvent['type']>(type: T): { readonly atMs: number; readonly node: ClusterNode; readonly event: Extract<RingEvent, { type: T }> }[] {
    return this.nodes.flatMap((node) =>
      node.events.flatMap(({ atMs, event }) => (event.type === type ? [{ atMs, node, event: event as Extract<RingEvent, { type: T }> }] : [])),
    );
  }

  get running(): ClusterNode[] {
    return this.nodes.filter(({ isRunning }) => isRunning);
  }

  /** See `areOneRing`. */
  isOneRing(): boolean {
    return areOneRing(this.running);
  }

  /** See `areSettled`. */
  isSettled(): boolean {
    return areSettled(this.running);
  }

  /** Rules that are broken anywhere. */
  faults(): string[] {
    return this.running.flatMap(({ ring, index }) => checkInvariants(ring).map((fault) => `node ${index}: ${fault}`));
  }

  #surroundings({ skewMs }: ClusterNode): { nowMs: number; wallMs: number; seed: number } {
    return { nowMs: this.nowMs, wallMs: 1_790_000_000_000 + this.nowMs + skewMs, seed: Math.floor(this.#random() * 2 ** 32) };
  }

  #tick(node: ClusterNode, boots: number): void {
    if (!node.isRunning || node.boots !== boots || node.pausedUntilMs > this.nowMs) return;
    this.#ticks.delete(node);
    const dueMs = nextDueMs(node.ring.timers);
    if (dueMs !== undefined && dueMs <= this.nowMs) this.#carryOut(node, step(node.ring, { type: 'tick' }, this.#surroundings(node)));
    else this.#tickLater(node);
  }

  /** Has the node's next timer go off; an earlier tick that is on its way looks again itself. */
  #tickLater(node: ClusterNode): void {
    const dueMs = nextDueMs(node.ring.timers);
    if (dueMs === undefined || dueMs >= (this.#ticks.get(node) ?? Number.POSITIVE_INFINITY)) return;
    const { boots } = node;
    this.#ticks.set(node, dueMs);
    this.at(Math.max(0, dueMs - this.nowMs), () => this.#tick(node, boots));
  }

  #carryOut(node: ClusterNode, effects: readonly Effect[]): void {
    // The shell keeps effects as they are: what a later step changed would throw.
    for (const effect of effects) freeze(effect);
    const attached = effects.map((effect) => ('bytes' in effect && effect.bytes !== undefined ? bytesOf(node.disk, effect.bytes.name, effect.bytes) : undefined));
    for (const [i, effect] of effects.entries()) this.#carryOutOne(node, effect, attached[i]);
    if (this.#options.syncAtOnce === true) this.#markReady(node);
    this.#tickLater(node);
  }

  #markReady(node: ClusterNode): void {
    const turn = new Turn(this.#surroundings(node));
    for (const { number } of node.ring.placement.epochs) markReady(node.ring, turn, number);
    for (const effect of turn.effects) this.#carryOutOne(node, effect);
  }

  #carryOutOne(node: ClusterNode, effect: Effect, bytes?: Bytes): void {
    switch (effect.type) {
      case 'send':
        return this.#send(node, effect.address, effect.message, bytes);
      case 'save':
        for (const change of effect.changes) save(node.disk, change);
        return;
      case 'load':
        return this.#answerLater(node, () => ({ type: 'loaded', name: effect.name, ...loaded(node.disk, effect.name) }));
      case 'scan':
        return this.#answerLater(node, () => ({ type: 'scanned', ref: effect.ref, ...scanned(node.disk, effect) }));
      case 'scan-buckets':
        return this.#answerLater(node, () => ({ type: 'scanned', ref: effect.ref, ...scannedBuckets(node.disk, effect) }));
      case 'digest':
        return this.#answerLater(node, () => ({ type: 'digested', ref: effect.ref, digests: digestsOf(node.disk, effect.buckets) }));
      case 'fetch':
        return this.#fetch(node, effect);
      case 'answer':
        node.answers.set(effect.ref, copyOf(effect.answer));
        if (bytes !== undefined) node.given.push({ digest: bytes.digest, size: bytes.size });
        return;
      case 'operated':
        node.operated.set(effect.ref, { ok: effect.ok, message: effect.message });
        return;
      case 'event':
        node.events.push({ atMs: this.nowMs, event: copyOf(effect.event) });
        return;
      case 'abort':
        this.#aborted.add(effect.ref);
        return;
    }
  }

  #answerLater(node: ClusterNode, input: () => Input): void {
    const { boots } = node;
    this.at(DELAY_MS, () => {
      if (node.boots === boots) this.input(node, input());
    });
  }

  #send(from: ClusterNode, address: string, message: Message, bytes: Bytes | undefined): void {
    this.sent.push({ atMs: this.nowMs, from: from.index, address, message });
    if (this.sent.length > 200_000) this.sent.splice(0, 100_000);
    const to = this.nodes.find((node) => node.address === address);
    const text = JSON.stringify(message);
    if (this.loss > 0 && this.#random() < this.loss) return;
    const { boots } = from;
    this.at(DELAY_MS, () => {
      if (to !== undefined && this.#cuts.has(`${from.index}>${to.index}`)) return;
      if (to?.isRunning === true) {
        const token = bytes === undefined ? {} : { token: this.stage(to, bytes) };
        return this.input(to, { type: 'message', message: JSON.parse(text) as Message, seenAddress: `${from.address.split(':')[0]}:50000`, ...token });
      }
      if (from.boots === boots) this.input(from, { type: 'unsent', messageId: message.id, ...(message.to === undefined ? {} : { to: message.to }) });
    });
  }

  /** What is still coming in is had when it is whole. */
  #fetch(node: ClusterNode, effect: Extract<Effect, { type: 'fetch' }>): void {
    const { boots } = node;
    this.at(DELAY_MS, () => {
      if (node.boots !== boots || this.#aborted.has(effect.ref)) return;
      const from = effect.sources.find(({ token }) => token !== undefined && this.#open.has(token));
      const isComing = from !== undefined && this.nodes.some(({ nodeId, isRunning }) => nodeId === from.nodeId && isRunning);
      if (isComing) this.#fetch(node, effect);
      else this.input(node, this.#fetched(node, effect));
    });
  }

  #fetched(node: ClusterNode, { ref, name, sources, digest, size }: Extract<Effect, { type: 'fetch' }>): Input {
    for (const { nodeId, version, token } of sources) {
      const source = this.nodes.find((other) => other.nodeId === nodeId);
      if (source?.isRunning !== true || this.#cuts.has(`${source.index}>${node.index}`) || this.#cuts.has(`${node.index}>${source.index}`)) continue;
      const bytes = bytesOf(source.disk, name, { version, token });
      if (bytes !== undefined && bytes.digest === (digest ?? bytes.digest) && bytes.size === (size ?? bytes.size)) return { type: 'fetched', ref, token: this.stage(node, bytes), ...bytes };
    }
    return { type: 'unfetched', ref, code: 'unavailable', message: 'no source has the bytes' };
  }
}
