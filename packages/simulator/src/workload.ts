import { SMALL_BYTES_MAX } from '@coring/protocol';
import type { ClientRequest, Conditions } from '@coring/ring-node/ring';
import type { Answer, Operation, PutRequest, WriteRequest } from './history.js';
import { perform } from './perform.js';
import type { Random } from './random.js';
import type { SimulatedNode } from './simulated-node.js';
import { type Course, someCourse, streamUpload } from './streamed-upload.js';
import type { World } from './world.js';

export interface WorkloadOptions {
  readonly names: number;
  /** Requests per name, with those repeated: few enough that every order of them can be tried. */
  readonly operationsPerName: number;
  readonly deadlineMs: number;
  /** How often a request comes close upon another one for the same name. */
  readonly burstChance: number;
  /** How often an upload is too large to go with messages: its bytes have to be fetched. */
  readonly largeChance: number;
  /** Which part of the requests are reads; reads or uploads; these or uploads on a condition; these or deletions. The rest are lists. Absent: as is usual. */
  readonly kindsUpTo?: readonly number[];
  /** How often who writes resolves the conflict copies that were last seen of the name. */
  readonly resolveChance: number;
  /** How often a client does not hear that its write was done, and repeats it. Absent: never. */
  readonly repeatChance?: number;
  /** How often a client does not wait for its answer. Absent: never. */
  readonly hangUpChance?: number;
}

type Resolved = Pick<WriteRequest, 'resolves'> & { readonly requireStrong?: true };

const KINDS_UP_TO = [0.33, 0.6, 0.8, 0.93];
/** A write is asked for at most this many times. */
const TRIES_MAX = 3;

/** Clients that put, get, delete and list at any node, at any moment, and repeat what they do not know the outcome of. */
export class Workload {
  readonly #random: Random;
  readonly #left = new Map<string, number>();
  /** Where clients resolve conflict copies: draws which. */
  readonly #resolving: Random | undefined;
  /** Where clients repeat what was answered: draws when. */
  readonly #repeating: Random | undefined;
  /** Where clients hang up: draws when. */
  readonly #leaving: Random | undefined;
  #requests = 0;

  constructor(readonly world: World) {
    this.#random = world.random.stream();
    const { workload } = world.options;
    if (workload.resolveChance > 0) this.#resolving = world.random.stream();
    if (workload.repeatChance !== undefined) this.#repeating = world.random.stream();
    if (workload.hangUpChance !== undefined) this.#leaving = world.random.stream();
    for (const name of namesOf(workload)) this.#left.set(name, workload.operationsPerName);
    world.ended = (operation) => this.#onEnded(operation);
  }

  plan(): void {
    const { world } = this;
    const { durationMs, workload } = world.options;
    const random = this.#random;
    for (const name of namesOf(workload)) {
      let atMs = 0;
      for (let i = 0; i < workload.operationsPerName; i++) {
        atMs = i > 0 && random.chance(workload.burstChance) ? atMs + random.between(0, random.pick([2, 8, 40])) : random.between(0, durationMs);
        world.timeline.at(atMs, () => this.#askSomething(name));
      }
    }
  }

  /** Reads a name through a node; only what is sure counts as an answer. */
  read(node: SimulatedNode, name: string): Operation {
    return this.#ask(node, { ...this.#common(), op: 'get', name, headOnly: false });
  }

  put(node: SimulatedNode, name: string, conditions: Conditions = {}, resolved: Resolved = {}): Operation {
    return this.#upload(node, { ...this.#aPut(name, conditions), ...resolved });
  }

  /** A put whose bytes take their time. */
  stream(node: SimulatedNode, name: string, course: Course): void {
    this.#stream(node, this.#aPut(name, {}), course);
  }

  delete(node: SimulatedNode, name: string, conditions: Conditions = {}, resolved: Resolved = {}): Operation {
    return this.#ask(node, { ...this.#common(), ...resolved, op: 'delete', name, conditions, opId: `op${++this.#requests}` });
  }

  list(node: SimulatedNode): Operation {
    return this.#ask(node, { ...this.#common(), op: 'list', prefix: '', after: '', limit: 100 });
  }

  /** Asks for the same write once more, by the same id. */
  repeat(node: SimulatedNode, request: WriteRequest): Operation {
    const again = { ...request, ref: this.#common().ref };
    return again.op === 'put' ? this.#upload(node, again) : this.#ask(node, again);
  }

  #askSomething(name: string): void {
    const running = this.world.running().filter(({ ring }) => ring?.self.phase === 'in');
    if (running.length === 0 || !this.#takeOne(name)) return;
    const random = this.#random;
    const node = random.pick(running);
    const kind = random.fraction();
    const [reads, uploads, conditional, deletions] = this.world.options.workload.kindsUpTo ?? KINDS_UP_TO;
    if (kind < reads!) this.read(node, name);
    else if (kind < uploads!) this.#send(node, { ...this.#aPut(name, {}), ...this.#someResolved(name) });
    else if (kind < conditional!) this.#send(node, { ...this.#aPut(name, this.#someConditions(name)), ...this.#someResolved(name) });
    else if (kind < deletions!) this.#beImpatient(this.delete(node, name, random.chance(0.3) ? this.#someConditions(name) : {}, this.#someResolved(name)));
    else this.list(node);
  }

  /** Some clients do not wait for an answer before they ask another node. */
  #beImpatient({ request }: Operation): void {
    if (this.#random.chance(0.1) && request.op !== 'list' && request.op !== 'get') {
      this.world.timeline.after(this.#random.between(5, 600), () => this.#tryAgain(request));
    }
  }

  #onEnded(operation: Operation): void {
    const { request, answer, lost } = operation;
    if (request.op !== 'put' && request.op !== 'delete') return;
    if (!lost && !isUnknown(answer)) return this.#repeatUnheard(request);
    if (this.#random.chance(0.6)) this.world.timeline.after(this.#random.between(1, 800), () => this.#tryAgain(request));
  }

  #repeatUnheard(request: WriteRequest): void {
    const [random, { repeatChance = 0 }] = [this.#repeating, this.world.options.workload];
    if (random?.chance(repeatChance) === true) this.world.timeline.after(random.between(1, random.pick([100, 10_000])), () => this.#tryAgain(request));
  }

  #tryAgain(request: WriteRequest): void {
    const tries = this.world.history.of(request.name).filter((one) => 'opId' in one.request && one.request.opId === request.opId).length;
    const running = this.world.running().filter(({ ring }) => ring?.self.phase === 'in');
    const isOver = this.world.nowMs > this.world.options.durationMs;
    if (tries >= TRIES_MAX || running.length === 0 || isOver || !this.#takeOne(request.name)) return;
    this.world.count('repeated');
    this.repeat(this.#random.pick(running), request);
  }

  #aPut(name: string, conditions: Conditions): PutRequest {
    const number = ++this.#requests;
    // Every upload has bytes of its own: which one was read tells which write it was.
    const size = number + (this.#random.chance(this.world.options.workload.largeChance) ? SMALL_BYTES_MAX : 0);
    const content = { digest: number.toString(16).padStart(64, '0'), size };
    const requireCopies = this.#random.chance(0.05) ? { requireCopies: 2 } : {};
    const upload = { op: 'put', name, token: '', ...content, contentType: 'text/plain', conditions, opId: `op${number}` } as const;
    return { ...this.#common(), ...upload, ...requireCopies };
  }

  /** Bytes that are large may take their time. */
  #send(node: SimulatedNode, request: PutRequest): void {
    if (request.size <= SMALL_BYTES_MAX || this.#random.chance(0.3)) return this.#beImpatient(this.#upload(node, request));
    this.#stream(node, request, someCourse(this.#random));
  }

  #stream(node: SimulatedNode, request: PutRequest, course: Course): void {
    const streamed = { ...request, token: `u${request.ref}` };
    this.world.note({ do: 'stream', node: node.name, request: streamed, course });
    streamUpload(node, streamed, course, () => this.#beImpatient(this.#hurry(node, this.world.ask(node, streamed))));
  }

  #upload(node: SimulatedNode, request: PutRequest): Operation {
    return this.#ask(node, { ...request, token: `u${request.ref}` });
  }

  #ask(node: SimulatedNode, request: ClientRequest): Operation {
    this.world.note({ do: 'ask', node: node.name, request });
    return this.#hurry(node, this.world.ask(node, request));
  }

  /** Some clients go before they are answered. */
  #hurry(node: SimulatedNode, operation: Operation): Operation {
    const [random, { timeline, nowMs, options }] = [this.#leaving, this.world];
    const { ref } = operation.request;
    if (nowMs < options.durationMs && random?.chance(options.workload.hangUpChance!) === true) {
      timeline.after(random.between(0, random.pick([3, 30, 1_000])), () => perform(this.world, { do: 'hang-up', node: node.name, ref }));
    }
    return operation;
  }

  #common(): { ref: string; deadlineMs: number; requireStrong: boolean } {
    return { ref: `r${++this.#requests}`, deadlineMs: this.world.options.workload.deadlineMs, requireStrong: this.#random.chance(0.1) };
  }

  /** What a client that knows some earlier content may ask for. */
  #someConditions(name: string): Conditions {
    const digests = this.world.history.of(name).flatMap(({ request }) => (request.op === 'put' ? [request.digest] : [])).slice(-3);
    const random = this.#random;
    const kind = random.fraction();
    if (digests.length === 0 || kind < 0.25) return { ifNoneMatch: '*' };
    if (kind < 0.85) return { ifMatch: [random.pick(digests)] };
    return kind < 0.93 ? { ifMatch: '*' } : { ifNoneMatch: [random.pick(digests)] };
  }

  /** Some or all of the conflict copies that a client was last told of. */
  #someResolved(name: string): Resolved {
    if (this.#resolving === undefined || !this.#resolving.chance(this.world.options.workload.resolveChance)) return {};
    const told = this.world.history.of(name).findLast(({ answer }) => answer !== undefined && 'value' in answer && answer.value?.conflicts !== undefined);
    const conflicts = told?.answer !== undefined && 'value' in told.answer ? (told.answer.value?.conflicts ?? []) : [];
    const resolves = conflicts.map(({ version }) => version).filter(() => this.#resolving!.chance(0.8));
    if (resolves.length === 0) return {};
    this.world.count('resolving');
    return { resolves, requireStrong: true };
  }

  #takeOne(name: string): boolean {
    const left = this.#left.get(name) ?? 0;
    this.#left.set(name, left - 1);
    return left > 0;
  }
}

/** What clients ask for. */
export function namesOf({ names }: WorkloadOptions): string[] {
  return ['a.txt', 'b/c.txt', 'd', 'ü.bin'].slice(0, names);
}

function isUnknown(answer: Answer | undefined): boolean {
  return answer?.type === 'failed' && (answer.code === 'outcome-unknown' || answer.code === 'unavailable');
}
