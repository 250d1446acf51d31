import type { Message } from '@coring/protocol';
import { asMessage } from '@coring/protocol/validate';
import type { Change, ClientAnswer, ClientRequest } from '@coring/ring-node/ring';
import { Ambushes } from './ambushes.js';
import { Clones } from './clones.js';
import type { Deed, Newcomer, Step } from './deeds.js';
import type { Content } from './disk.js';
import { hasRoom } from './failing-disk.js';
import { History, type Operation } from './history.js';
import { Losses } from './losses.js';
import { Mints } from './mints.js';
import { type AmbientFault, Network } from './network.js';
import type { Options } from './options.js';
import { Random } from './random.js';
import { readBytes } from './read-bytes.js';
import { SimulatedNode } from './simulated-node.js';
import type { Tape } from './tape.js';
import { Timeline } from './timeline.js';
import { briefly, Trace } from './trace.js';

/** Something that looks on while a run goes, and complains. */
export interface Watcher {
  readonly stepped?: (node: SimulatedNode) => void;
  readonly sending?: (node: SimulatedNode, message: Message) => void;
  /** Before the disk takes them in. */
  readonly saving?: (node: SimulatedNode, changes: readonly Change[]) => void;
}

/** A message on its way, as text: nothing is shared between nodes. */
export interface Letter {
  readonly id: string;
  readonly type: Message['type'];
  readonly to: string | undefined;
  /** A hand-written schedule may change it. */
  text: string;
  /** What goes with it. */
  readonly bytes: Content | undefined;
}

/** How long it takes, at most, to learn that nobody listens at an address. */
const REFUSAL_MS = 5;

/** Many nodes on one virtual clock, the network between them, and what is seen from outside. */
export class World {
  readonly timeline = new Timeline();
  readonly random: Random;
  readonly network: Network;
  readonly nodes: SimulatedNode[] = [];
  readonly history = new History();
  readonly mints = new Mints();
  readonly losses = new Losses();
  readonly clones = new Clones(this);
  readonly ambushes = new Ambushes();
  /** All that was done to the nodes so far. */
  readonly steps: Step[] = [];
  readonly watchers: Watcher[] = [];
  readonly counts = new Map<string, number>();
  /** What was found wrong, in the order in which it was found. */
  readonly violations: string[] = [];
  readonly trace: Trace;
  /** Whether a hand-written schedule lets a message through. */
  letsPass: (from: SimulatedNode, to: SimulatedNode, letter: Letter) => boolean = () => true;
  /** Is told of every request that was answered. */
  ended: (operation: Operation) => void = () => {};

  constructor(
    readonly options: Options,
    listener?: (line: string) => void,
    readonly tape?: Tape,
  ) {
    this.random = new Random(options.seed);
    this.network = new Network(options.network, this.stream('network', this.random.uint32()), (what) => this.wentWrong(what));
    this.trace = new Trace(listener);
  }

  get nowMs(): number {
    return this.timeline.nowMs;
  }

  /** Draws for one part of the run. */
  stream(who: string, seed: number): Random {
    return this.tape?.stream(who, seed, this.timeline) ?? new Random(seed);
  }

  /** A node that has not started yet. It founds a ring, or asks those it is given the addresses of. */
  addNode(contacts: readonly string[]): SimulatedNode {
    return this.add(this.newcomer(contacts));
  }

  newcomer(contacts: readonly string[], address?: string): Newcomer {
    const { capacities } = this.options;
    const name = `n${this.nodes.length}`;
    return {
      name,
      nodeId: this.random.hex(32),
      seed: this.random.uint32(),
      contacts,
      ...(address === undefined ? {} : { address }),
      ...(capacities === undefined ? {} : { capacity: this.random.pick(capacities) }),
    };
  }

  add(newcomer: Newcomer): SimulatedNode {
    const node = new SimulatedNode(this, newcomer);
    this.nodes.push(node);
    this.trace.call(node.nodeId, node.name);
    return node;
  }

  /** What was drawn is kept, so that it can be done again without drawing. */
  note(deed: Deed): void {
    this.steps.push({ atMs: this.nowMs, deed });
  }

  called(name: string): SimulatedNode | undefined {
    return this.nodes.find((node) => node.name === name);
  }

  /** Whoever is reached at an address, running or not. */
  at(address: string): SimulatedNode | undefined {
    const isThere = (node: SimulatedNode): boolean => node.address === address && node.standing !== 'left';
    return this.nodes.findLast(isThere) ?? this.clones.nodes.find(isThere);
  }

  running(): SimulatedNode[] {
    return this.nodes.filter((node) => node.isRunning);
  }

  /** Puts a request to a node; the answer, if any, is found in the history. */
  ask(node: SimulatedNode, request: ClientRequest): Operation {
    const operation: Operation = { request, node: node.name, startedMs: this.nowMs, pausedMs: node.pausedForMs, lost: false, bytesGone: false };
    this.history.begin(operation);
    this.say(node, () => `is asked ${JSON.stringify(request)}`);
    if (request.op === 'put' && !hasRoom(node)) {
      this.answered(node, request.ref, { type: 'failed', code: 'disk-full', message: 'the disk of this node is full' });
      return operation;
    }
    if (request.op === 'put') node.disk.staged.set(request.token, { digest: request.digest, size: request.size });
    const found = request.op === 'get' ? node.readHere(request.name) : undefined;
    if (found === undefined) node.feed({ type: 'request', request });
    else {
      this.count('read here');
      this.answered(node, request.ref, found);
    }
    return operation;
  }

  send(from: SimulatedNode, address: string, letter: Letter): void {
    const { network } = this;
    this.count('messages');
    this.count('bytes', letter.text.length);
    const target = this.at(address) ?? this.clones.originalOf(letter.to);
    if (target === undefined || (!target.isRunning && target.standing !== 'asleep')) {
      if (network.random.chance(network.options.refusalChance)) this.#refuse(from, letter);
      return;
    }
    // A link is to a node, not to an address where another one may listen by now.
    if (letter.to !== undefined && letter.to !== target.nodeId) return this.#refuse(from, letter);
    if (target === from) return this.#deliver(target, from, letter, 0.01);
    this.ambushes.met('sender', letter.type, from);
    if (!network.isOpen(from.name, target.name) || network.loses() || !this.letsPass(from, target, letter)) return;
    if (network.omissions.omits(letter.type, from.name, target.name)) return this.count('messages omitted');
    const startsInMs = target.isRunning ? 0 : target.dialled();
    this.#deliver(target, from, letter, startsInMs + network.delayMs());
    if (network.doubles()) this.#deliver(target, from, letter, startsInMs + network.delayMs() + network.random.between(0, 800));
  }

  answered(node: SimulatedNode, ref: string, answer: ClientAnswer, bytes?: Content): void {
    const operation = this.history.end(ref, this.nowMs, answer);
    this.say(node, () => `answers ${ref}: ${JSON.stringify(answer)}`);
    if (operation === undefined && this.history.missed(ref)) return;
    if (operation === undefined) return this.fail('everything-ends', `${node.name} answered ${ref} twice or unasked`);
    readBytes(this, node, operation, answer, bytes);
    this.ended(operation);
  }

  /** A node is gone: nobody will answer what it was asked. */
  lost(node: SimulatedNode): void {
    for (const operation of this.history.lose(node.name)) this.ended(operation);
  }

  /** A client that waits for an answer goes away. */
  hangUp(node: SimulatedNode, ref: string): void {
    const operation = this.history.hangUp(ref);
    if (operation === undefined) return;
    this.count('hung up');
    this.say(node, () => `is not asked ${ref} any longer`);
    node.feed({ type: 'cancel', ref });
    this.ended(operation);
  }

  stepped(node: SimulatedNode): void {
    this.count('steps');
    for (const watcher of this.watchers) watcher.stepped?.(node);
  }

  sending(node: SimulatedNode, message: Message): void {
    if (message.type === 'ACCEPT' || message.type === 'BRANCH') this.mints.met(message.name, message.value);
    if (message.type === 'ACCEPT') this.count(message.ballot === undefined ? 'accept fast' : 'accept classic');
    for (const watcher of this.watchers) watcher.sending?.(node, message);
  }

  saving(node: SimulatedNode, changes: readonly Change[]): void {
    for (const watcher of this.watchers) watcher.saving?.(node, changes);
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  wentWrong(what: AmbientFault): void {
    this.count(`fault ${what}`);
  }

  fail(checker: string, what: string): void {
    this.trace.line(this.nowMs, '!!', () => `${checker}: ${what}`);
    this.violations.push(`${checker}: ${what}`);
  }

  say(node: SimulatedNode, what: () => string): void {
    this.trace.line(this.nowMs, node.name, what);
  }

  #deliver(target: SimulatedNode, from: SimulatedNode, { text, bytes }: Letter, delayMs: number): void {
    const { address, name } = from;
    const { clogs } = this.network;
    const arrive = () => {
      if (!target.isRunning || !this.network.isOpen(name, target.name)) return;
      const message = this.#parse(text, name);
      if (message === undefined) return;
      if (isWorthTelling(message)) this.say(target, () => `gets from ${name} ${briefly(message)}`);
      const token = bytes === undefined || !hasRoom(target) ? undefined : target.stage(bytes);
      target.feed({ type: 'message', message, seenAddress: address, ...(token === undefined ? {} : { token }) });
      this.ambushes.met('receiver', message.type, target);
    };
    this.timeline.after(delayMs, () => {
      if (clogs.isClogged(name, target.name)) this.count('messages held');
      clogs.pass(name, target.name, arrive);
    });
  }

  #refuse(from: SimulatedNode, { id, to }: Letter): void {
    const unsent = { type: 'unsent', messageId: id, ...(to === undefined ? {} : { to }) } as const;
    from.later(this.network.random.between(0.1, REFUSAL_MS), () => from.feed(unsent));
  }

  /** As a receiving shell does: what is not well-formed does not reach the core. */
  #parse(text: string, from: string): Message | undefined {
    try {
      return asMessage(JSON.parse(text));
    } catch (error) {
      this.fail('well-formed', `${from} sent ${(error as Error).message}: ${text.slice(0, 400)}`);
      return undefined;
    }
  }
}

function isWorthTelling({ type }: Message): boolean {
  return type !== 'PING' && type !== 'ACK' && type !== 'PING-REQ';
}
