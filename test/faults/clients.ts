import { setTimeout as pause } from 'node:timers/promises';
import { type Grade, SMALL_BYTES_MAX } from '@coring/protocol';
import type { ClientRequest, Conditions } from '@coring/ring-node/ring';
import { gradeOf, History, type Operation, type Random } from '@coring/simulator';
import type { TestNode } from '../a-ring.js';
import { sha256 } from '../files.js';
import { ask, isUnanswered } from './asking.js';

type Write = Extract<ClientRequest, { op: 'put' | 'delete' }>;

/** So many clients ask at the same time. */
const CLIENTS = 8;
/** Names that several of them write at the same time. */
const SHARED_NAMES = 5;
/** Requests for such a name: few enough that every order of them can be tried. Then another name takes its place. */
const REQUESTS_A_NAME = 20;
/** A list answers with so many names at most: with more it would say little of any. */
const NAMES_MAX = 900;
/** It asks for something else when an answer takes longer; that is written down when it comes. */
const PATIENCE_MS = 2_000;
/** Who has not heard an answer asks once more within this time. */
const UNHEARD_MS = 5_000;

export interface ClientOptions {
  /** Whom they ask just now. */
  readonly nodes: () => readonly TestNode[];
  readonly random: Random;
  /** Each waits between two requests for up to so many milliseconds. */
  readonly pauseMs: number;
}

/** Clients that write, overwrite, delete, read and list through any node, and repeat elsewhere what they do not know the outcome of, and some of the rest. All is written down. */
export class Clients {
  readonly history = new History();
  /** Requests that got no answer at all, in a long time. */
  readonly unanswered: Operation[] = [];
  /** Answers that are none. */
  readonly wrong: string[] = [];
  readonly #shared: { name: string; left: number }[] = [];
  #names = 0;
  #requests = 0;
  #stopped = false;
  readonly #working: Promise<unknown>;
  readonly #open = new Set<Promise<unknown>>();
  readonly nodes: () => readonly TestNode[];
  readonly random: Random;
  readonly #pauseMs: number;

  constructor({ nodes, random, pauseMs }: ClientOptions) {
    this.nodes = nodes;
    this.random = random;
    this.#pauseMs = pauseMs;
    this.#working = Promise.all(Array.from({ length: CLIENTS }, () => this.#work()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
    await Promise.all(this.#open);
  }

  /** How many answers were that sure. */
  graded(grade: Grade): number {
    return this.history.operations.filter(({ answer }) => gradeOf(answer) === grade).length;
  }

  /** How many requests of a kind that began since then were served by any of these nodes. */
  served(op: 'put' | 'get', nodes: readonly TestNode[], sinceMs: number): number {
    const urls = nodes.map(({ url }) => url);
    return this.history.operations.filter(({ request, node, startedMs, answer }) => request.op === op && startedMs >= sinceMs && urls.includes(node) && answer !== undefined && answer.type !== 'failed').length;
  }

  /** Reads a name, surely or not at all. */
  read(node: TestNode, name: string): Promise<Operation> {
    return this.#ask(node, { ...this.#common(), op: 'get', name, headOnly: false, requireStrong: true });
  }

  put(node: TestNode, name: string): Promise<Operation> {
    return this.#write(node, this.#aPut(name, {}));
  }

  /** Uploads one content after the other until one is acknowledged: in the moment of a fault a node may not know. Returns the digest of that one. */
  async putUntilStored(node: TestNode, name: string): Promise<string> {
    for (let tries = 0; tries < 20; tries++) {
      const { request, answer } = await this.put(node, name);
      if (answer?.type === 'stored' && request.op === 'put') return request.digest;
    }
    throw new Error(`${node.address} does not take ${name}`);
  }

  list(node: TestNode): Promise<Operation> {
    return this.#ask(node, { ...this.#common(), op: 'list', prefix: '', after: '', limit: 1000 });
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      await pause(this.random.between(0, this.#pauseMs));
      const [node] = this.random.shuffled(this.nodes());
      if (node === undefined) continue;
      const asking = this.#askSomething(node);
      this.#open.add(asking);
      void asking.then(() => this.#open.delete(asking));
      await Promise.race([asking, pause(PATIENCE_MS, undefined, { ref: false })]);
    }
  }

  async #askSomething(node: TestNode): Promise<unknown> {
    const { random } = this;
    const kind = random.fraction();
    if (kind < 0.04) return this.list(node);
    // Written once and never again: nothing may take its place.
    if (kind < 0.2 && this.#names < NAMES_MAX) return this.put(node, `once/${++this.#names}`);
    const name = this.#aSharedName();
    if (kind < 0.45) return this.#ask(node, { ...this.#common(), op: 'get', name, headOnly: false });
    const request = kind < 0.9 ? this.#aPut(name, kind < 0.65 ? {} : this.#someConditions(name)) : this.#aDelete(name);
    const { lost, answer } = await this.#write(node, request);
    const isUnknown = lost || (answer?.type === 'failed' && (answer.code === 'outcome-unknown' || answer.code === 'unavailable'));
    if (random.chance(isUnknown ? 0.4 : 0.9)) return undefined;
    // Some do not hear that it was done.
    if (!isUnknown) await pause(random.between(0, UNHEARD_MS));
    if (this.nodes().length === 0) return undefined;
    return this.#write(random.pick(this.nodes()), { ...request, ref: this.#common().ref });
  }

  async #write(node: TestNode, request: Write): Promise<Operation> {
    return this.#ask(node, request, request.op === 'put' ? contentOf(request.token, request.size) : undefined);
  }

  async #ask(node: TestNode, request: ClientRequest, bytes?: Uint8Array<ArrayBuffer>): Promise<Operation> {
    const operation = await ask(this.history, this.wrong, node, request, bytes);
    if (isUnanswered(operation, performance.now())) this.unanswered.push(operation);
    return operation;
  }

  /** Every upload has bytes of its own: what is read tells which write it was. */
  #aPut(name: string, conditions: Conditions): Extract<Write, { op: 'put' }> {
    const token = `#${++this.#requests} `;
    const size = token.length + this.random.below(this.random.chance(0.1) ? 4 * SMALL_BYTES_MAX : 2_000);
    const content = { token, digest: sha256(contentOf(token, size)), size, contentType: 'text/plain' };
    return { ...this.#common(), op: 'put', name, ...content, conditions, opId: `op${this.#requests}` };
  }

  #aDelete(name: string): Write {
    return { ...this.#common(), op: 'delete', name, conditions: this.random.chance(0.3) ? this.#someConditions(name) : {}, opId: `op${++this.#requests}` };
  }

  #common(): { ref: string; deadlineMs: number; requireStrong: boolean } {
    return { ref: `r${++this.#requests}`, deadlineMs: 10_000, requireStrong: this.random.chance(0.1) };
  }

  /** What a client that knows some earlier content may ask for. */
  #someConditions(name: string): Conditions {
    const digests = this.history.of(name).flatMap(({ request }) => (request.op === 'put' ? [request.digest] : [])).slice(-3);
    const kind = this.random.fraction();
    if (digests.length === 0 || kind < 0.25) return { ifNoneMatch: '*' };
    if (kind < 0.85) return { ifMatch: [this.random.pick(digests)] };
    return kind < 0.93 ? { ifMatch: '*' } : { ifNoneMatch: [this.random.pick(digests)] };
  }

  #aSharedName(): string {
    const at = this.random.below(SHARED_NAMES);
    let shared = this.#shared[at];
    if (shared === undefined || shared.left === 0) this.#shared[at] = shared = { name: `shared/${++this.#names}`, left: REQUESTS_A_NAME };
    shared.left--;
    return shared.name;
  }
}

function contentOf(token: string, size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.alloc(size, token));
}
