import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type Opened, type Staging, StoreError } from '@coring/file-store';
import { type Fetch, formatStamp, type Message, type OwnMerges, type RingBody, type ScrubBody, type Stamp } from '@coring/protocol';
import { type Effect, type Input, isBusy, newestEpoch, ownersOfBucket, readHere, ringBody, type RingEvent } from '../ring/index.js';
import { CarryOut } from './carry-out.js';
import { Core } from './core.js';
import { EventLog, type LoggedEvent } from './event-log.js';
import { Fetching } from './fetching.js';
import { Figures } from './figures.js';
import type { OwnHoldings } from './holdings.js';
import { KeptBytes } from './kept-bytes.js';
import type { Fetched, Followed } from './links/links.js';
import { logEvent } from './log-event.js';
import { logRound } from './log-round.js';
import type { Log } from './log.js';
import { MergeReport, type MergesAsked } from './merge-report.js';
import type { Answered, NewRequest, NodeFace } from './node-face.js';
import { openAtPeer } from './open-at-peer.js';
import type { Parts } from './parts.js';
import { Requests } from './requests.js';
import { Scrub } from './scrub.js';
import { StartError } from './start-error.js';
import { drawSurroundings } from './surroundings.js';
import { Uploads } from './uploads.js';
import { version } from './version.js';
import { withResolvers } from './with-resolvers.js';

/** Keeps no process alive. */
const waitUnless = (ms: number, signal: AbortSignal): Promise<void> => wait(ms, undefined, { signal, ref: false });

/** One node at work: the core, and the hands that carry out what it asks for. */
export class Node implements NodeFace {
  isDiskFull = false;
  readonly log: Log;
  /** Emits each event of the ring under its type. */
  readonly events = new EventEmitter();
  /** Settles when the node can not go on, with the reason. */
  readonly failed: Promise<StartError>;
  readonly #giveUp: (reason: StartError) => void;
  readonly #eventLog = new EventLog();
  readonly #startedMs = performance.now();
  readonly #requests = new Requests((input) => this.feed(input));
  readonly #addressOf = (nodeId: string): string => this.#parts?.ring.membership.roster.get(nodeId)?.address ?? nodeId.slice(0, 8);
  #parts: Parts | undefined;
  #core: Core | undefined;
  #carryOut: CarryOut | undefined;
  #fetching: Fetching | undefined;
  #uploads: Uploads | undefined;
  #keptBytes: KeptBytes | undefined;
  #scrub: Scrub | undefined;
  #mergeReport: MergeReport | undefined;
  #figures: Figures | undefined;
  #stopping = false;

  constructor(log: Log) {
    this.log = log;
    const { promise, resolve } = withResolvers<StartError>();
    this.failed = promise;
    this.#giveUp = resolve;
  }

  /** Puts the node to work: `effects` are those of the core's start. */
  async begin(parts: Parts, effects: readonly Effect[]): Promise<void> {
    const { ring, store, links, clientTraffic, trace, scrubEveryMs } = parts;
    const feed = (input: Input): void => this.feed(input);
    const fail = (cause: unknown): void => this.#fail(cause);
    const fetching = new Fetching(store, links, feed);
    const keptBytes = new KeptBytes(store, (name, version) => this.feed({ type: 'damaged', name, version }), this.log);
    const carryOut = new CarryOut({
      store,
      read: (name, version) => keptBytes.read(name, version),
      feed,
      send: ({ address, message }, bytes) => {
        logRound(this.log, message, this.#addressOf, address);
        links.send(address, message, bytes);
      },
      fetch: (effect) => fetching.start(effect),
      abort: (ref) => fetching.abort(ref),
      tell: (effect, bytes) => this.#tell(effect, bytes),
      onHolding: () => this.log.warn('the disk is full to the last byte: nothing is said until it takes the records of this node'),
      fail,
    });
    const core = new Core(ring, { draw: drawSurroundings, carryOut: (added) => carryOut.add(added), fail, ...(trace === undefined ? {} : { trace }) });
    this.#scrub = new Scrub({ store, keptBytes, tell: (event) => this.#tell({ type: 'event', event }), isBusy: () => this.#requests.waiting > 0 || isBusy(ring), log: this.log, everyMs: scrubEveryMs, rate: ring.moveRate, now: Date.now, wait: waitUnless });
    await this.#scrub.begin();
    this.#mergeReport = new MergeReport({ store, log: this.log, nodeId: ring.self.nodeId, now: Date.now });
    await this.#mergeReport.begin();
    // Nothing is fed before what the start saves and says is on its way: it would be saved over what came after it.
    this.#fetching = fetching;
    this.#uploads = new Uploads(store, feed);
    this.#keptBytes = keptBytes;
    this.#carryOut = carryOut;
    this.#parts = parts;
    this.#core = core;
    carryOut.add(effects);
    core.arm();
    this.#figures = new Figures({ store, clientTraffic, feed, fail, log: this.log });
    await this.#figures.begin();
  }

  /** The node is not to go on: whoever started it hears why and stops it. */
  giveUp(reason: StartError): void {
    this.#giveUp(reason);
  }

  /** A link's handshake was refused: for a node that wants to join this is the answer. */
  refusedByLink(address: string, code: string, message: string): void {
    this.#tell({ type: 'event', event: { type: 'refused', code, message, address } });
  }

  feed(input: Input): void {
    this.#tellRoom();
    this.#core?.feed(input);
  }

  /** A message from a peer. Where there is no room for the bytes that came with it, it is taken without them. */
  receive(message: Message, seenAddress: string, bytes: Uint8Array | undefined): void {
    logRound(this.log, message, this.#addressOf, 'here');
    let token: string | undefined;
    try {
      token = bytes === undefined ? undefined : this.#working.store.take(bytes);
    } catch (error) {
      this.log.debug({ err: error }, 'bytes of a message were not taken');
    }
    this.feed({ type: 'message', message, seenAddress, ...(token === undefined ? {} : { token }) });
  }

  get isReady(): boolean {
    const phase = this.#parts?.ring.self.phase;
    return phase === 'in' || phase === 'leaving';
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  get nodeId(): string {
    return this.#working.ring.self.nodeId;
  }

  async request(request: NewRequest, signal: AbortSignal): Promise<Answered> {
    if (!this.isReady) {
      if (request.op === 'put') await this.#uploads?.discard(request.token);
      return { type: 'failed', code: 'not-joined', message: 'the node has not joined its ring yet' };
    }
    const answer = await this.#requests.ask(request, signal);
    if (request.op === 'put') this.#uploads?.end(request.token);
    return answer;
  }

  readHere(name: string): ReturnType<NodeFace['readHere']> {
    const { ring } = this.#working;
    if (this.#carryOut!.isUnsaved(name) || this.#carryOut!.isUnsaved('epochs')) return undefined;
    const found = readHere(ring, name);
    if (found !== undefined) this.#tell({ type: 'event', event: { type: 'got', name, version: formatStamp(found.value.version), grade: 'strong', hops: 0, from: ring.self.nodeId } });
    return found;
  }

  operate(op: 'leave' | 'forget', nodeId: string): Promise<{ readonly ok: boolean; readonly message: string }> {
    return this.#requests.operate(op, nodeId);
  }

  async stage(name: string, size?: number): Promise<Staging> {
    return this.#takingUploads.begin(name, size);
  }

  take(bytes: Uint8Array, digest: string): string {
    return this.#takingUploads.take(bytes, digest);
  }

  async open(name: string, from: { readonly nodeId: string; readonly version: Stamp }, range: { readonly start: number; readonly end: number } | undefined, signal: AbortSignal): Promise<Opened | undefined> {
    if (from.nodeId === this.nodeId) return this.#keptBytes!.read(name, from.version, range);
    return openAtPeer(this.#working, this.log, { name, ...from }, range, signal);
  }

  /** Serves a peer that asks for bytes. */
  async serve({ name, version: stamp, token, offset, length }: Fetch): Promise<Fetched | Followed | undefined> {
    if (token !== undefined) return this.#uploads?.follow(token);
    const range = offset === 0 && length === undefined ? undefined : { start: offset, end: length === undefined ? Number.MAX_SAFE_INTEGER : offset + length };
    return stamp === undefined ? undefined : this.#keptBytes!.read(name, stamp, range);
  }

  ring(): RingBody {
    return ringBody(this.#working.ring, { version, uptimeMs: Math.round(performance.now() - this.#startedMs) });
  }

  owners(bucket: number): readonly string[] {
    const epoch = newestEpoch(this.#working.ring);
    return epoch === undefined ? [] : ownersOfBucket(epoch, bucket);
  }

  get holdings(): OwnHoldings {
    return this.#working.holdings;
  }

  get own(): NodeFace['own'] {
    return this.#working.own;
  }

  get linkTraffic(): NodeFace['linkTraffic'] {
    return this.#parts?.linkTraffic;
  }

  scrubbed(): ScrubBody {
    return this.#scrub?.state() ?? { state: 'idle', files: 0, bytes: 0, damaged: 0 };
  }

  scrub(): void {
    this.#scrub?.ask();
  }

  merges(asked: MergesAsked): OwnMerges {
    return this.#mergeReport?.told(asked) ?? { heals: [], merges: [], more: false };
  }

  watch(listener: (event: RingEvent, number: number) => void): () => void {
    return this.#eventLog.watch(listener);
  }

  eventCounts(): ReadonlyMap<RingEvent['type'], number> {
    return this.#eventLog.counts;
  }

  recentEvents(which: 'all' | 'lasting'): readonly LoggedEvent[] {
    return this.#eventLog.recent(which);
  }

  /** From now on clients are sent elsewhere; what they have asked for already goes on. */
  refuseRequests(): void {
    this.#stopping = true;
  }

  /** Tells the others that it goes; resolves when that is said, or after a second. */
  async sayGoodbye(): Promise<void> {
    if (!this.isReady) return;
    const left = new Promise((resolve) => this.events.once('left', resolve));
    this.feed({ type: 'leave', mode: 'away' });
    await Promise.race([left, wait(1000, undefined, { ref: false })]);
  }

  /** Ends the work: what the core has said is carried out, nothing more is taken in. */
  async end(): Promise<void> {
    this.#stopping = true;
    this.#figures?.end();
    this.#core?.stop();
    this.#requests.stop();
    this.#fetching?.stop();
    await this.#scrub?.stop();
    await this.#carryOut?.settled();
    this.#carryOut?.stop();
    await this.#mergeReport?.end();
  }

  get #working(): Parts {
    if (this.#parts === undefined) throw new StartError('internal', 'the node has not begun');
    return this.#parts;
  }

  get #takingUploads(): Uploads {
    if (this.#uploads === undefined) throw new StartError('internal', 'the node has not begun');
    return this.#uploads;
  }

  #fail(cause: unknown): void {
    // Of a failing disk an operator hears in words; a stack is for mistakes of our own.
    if (cause instanceof StoreError) this.log.fatal(`the node cannot go on: ${cause.message}`);
    else this.log.fatal({ err: cause }, 'the node cannot go on');
    const isDamage = cause instanceof StoreError && cause.code === 'damaged';
    this.giveUp(new StartError(isDamage ? 'damaged' : 'disk-failed', `stopped: ${(cause as Error).message}`, { cause }));
  }

  /** What the core asks to be saved is to fit the disk: it hears before it takes another input. */
  #tellRoom(): void {
    const isFull = this.#parts?.store.isFull ?? false;
    if (isFull === this.isDiskFull) return;
    this.isDiskFull = isFull;
    this.#core?.feed({ type: 'room', isFull });
  }

  #tell(effect: Extract<Effect, { type: 'answer' | 'operated' | 'event' }>, bytes?: Uint8Array): void {
    if (effect.type === 'answer') return this.#requests.answer(effect.ref, bytes === undefined ? effect.answer : { ...effect.answer, bytes });
    if (effect.type === 'operated') return this.#requests.operated(effect.ref, effect);
    const { event } = effect;
    logEvent(this.log, event, this.#addressOf);
    this.#mergeReport?.hear(event);
    this.#eventLog.add(event);
    this.events.emit(event.type, event);
  }
}
