import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { type Opened, type Store, type StoreChange, StoreError } from '@coring/file-store';
import { type BucketDigest, BucketSet, type Stamp } from '@coring/protocol';
import type { BytesAt, Effect, Input, Register, ScannedEntry } from '../ring/index.js';

/** Who does what the core asks for. None of these may call back into the core before it returns. */
export interface Hands {
  readonly store: Store;
  /** Bytes that are kept; undefined where they are gone. */
  readonly read: (name: string, version: Stamp) => Promise<Opened | undefined>;
  readonly send: (effect: Extract<Effect, { type: 'send' }>, bytes: Uint8Array | undefined) => void;
  readonly fetch: (effect: Extract<Effect, { type: 'fetch' }>) => void;
  readonly abort: (ref: string) => void;
  readonly tell: (effect: Extract<Effect, { type: 'answer' | 'operated' | 'event' }>, bytes: Uint8Array | undefined) => void;
  readonly feed: (input: Input) => void;
  /** The disk is full to the last byte: everything is held back until it takes what was to be saved. */
  readonly onHolding: () => void;
  /** The disk did not take a save: the node must not go on, since what it would say next it does not have. */
  readonly fail: (cause: unknown) => void;
}

/** An effect that waits, with the staged bytes that go with it. */
interface Held {
  readonly effect: Effect;
  readonly bytes: Uint8Array | undefined;
}

/** How long a lazy save waits for another one to go with, in milliseconds. */
const LAZY_MS = 1000;
/** How often a disk that is full to the last byte is tried again, in milliseconds. */
const AGAIN_MS = 250;

/**
 * Carries out effects in their order. All saves that wait are made durable in one commit (group commit); what came after
 * them is let out when that is done. The core never waits for any of it.
 */
export class CarryOut {
  readonly #hands: Hands;
  /** Saved with the next commit. */
  #changes: StoreChange[] = [];
  /** Whether anything waits for these. */
  #isCommitDue = false;
  /** Keys and names in `#changes`, and in the commit under way: whether any of their changes is waited for. */
  #unsaved = new Map<string, boolean>();
  #inCommit: ReadonlyMap<string, boolean> = new Map();
  #lazyTimer: NodeJS.Timeout | undefined;
  #waiting: Held[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;
  /** Ends the wait for a disk that is full to the last byte; there is one while that lasts. */
  #holding: AbortController | undefined;
  #isEnding = false;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  add(effects: readonly Effect[]): void {
    if (this.#stopped) return;
    for (const effect of effects) {
      if (effect.type === 'save') this.#save(effect.changes as readonly StoreChange[], effect.isLazy === true);
      else this.#takeOn(effect);
    }
    if (this.#isCommitDue || this.#waiting.length > 0) this.#running ??= this.#run();
  }

  /** Whether what the core holds under a key is not durable yet, or never will be. What was saved lazily may be lost: it counts as it would then. */
  isUnsaved(key: string): boolean {
    return this.#stopped || this.#unsaved.get(key) === true || this.#inCommit.get(key) === true;
  }

  /** Resolves when everything added so far is carried out, lazy saves too; what a full disk does not take is given up. */
  async settled(): Promise<void> {
    this.#isEnding = true;
    this.#holding?.abort();
    this.#commitSoon();
    while (this.#running !== undefined) await this.#running;
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
    this.#changes = [];
    clearTimeout(this.#lazyTimer);
  }

  #save(changes: readonly StoreChange[], isLazy: boolean): void {
    for (const change of changes) {
      this.#changes.push(change);
      if (change.do === 'discard') continue;
      const key = change.do === 'put' || change.do === 'delete' ? change.key : change.name;
      if (!isLazy || !this.#unsaved.has(key)) this.#unsaved.set(key, !isLazy);
    }
    if (!isLazy) this.#isCommitDue = true;
    else this.#lazyTimer ??= setTimeout(() => this.#commitSoon(), LAZY_MS);
  }

  /** Does it at once where nothing is held back: then it goes out within the call that added it. */
  #takeOn(effect: Effect): void {
    // Others take this node for one that hangs: in messages to come it says what is so then.
    if (this.#holding !== undefined && effect.type === 'send') return;
    const bytes = this.#staged(effect);
    if (this.#holding !== undefined && saysNothingOfFiles(effect)) return this.#do(effect, bytes);
    // What is read shows every save before it; nothing else delays a load.
    if (effect.type === 'load' && !this.#unsaved.has(effect.name) && !this.#inCommit.has(effect.name)) return this.#do(effect, bytes);
    if (isReading(effect) && this.#changes.length > 0) this.#isCommitDue = true;
    const isFree = this.#running === undefined && !this.#isCommitDue && this.#waiting.length === 0;
    const mustRead = bytesOf(effect) !== undefined && bytes === undefined;
    if (isFree && !mustRead) this.#do(effect, bytes);
    else this.#waiting.push({ effect, bytes });
  }

  #commitSoon(): void {
    if (this.#stopped || this.#changes.length === 0) return;
    this.#isCommitDue = true;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (this.#isCommitDue || this.#waiting.length > 0) {
        const held = this.#waiting;
        this.#waiting = [];
        if (this.#isCommitDue) await this.#commit();
        if (this.#stopped) return;
        const reads = held.map(({ effect, bytes }) => bytes ?? this.#kept(effect));
        for (const [i, { effect }] of held.entries()) {
          const read = await reads[i];
          if (this.#stopped) return;
          this.#do(effect, read);
        }
      }
    } catch (cause) {
      this.stop();
      this.#hands.fail(cause);
    } finally {
      this.#running = undefined;
    }
  }

  async #commit(): Promise<void> {
    const changes = this.#changes;
    this.#changes = [];
    this.#inCommit = this.#unsaved;
    this.#unsaved = new Map();
    this.#isCommitDue = false;
    clearTimeout(this.#lazyTimer);
    this.#lazyTimer = undefined;
    await this.#persist(changes);
    this.#inCommit = new Map();
  }

  /** A disk that is full to the last byte is waited for, whatever that holds up: what this node would say next it does not have. */
  async #persist(changes: readonly StoreChange[]): Promise<void> {
    for (;;) {
      try {
        await this.#hands.store.commit(changes);
        this.#holding = undefined;
        return;
      } catch (cause) {
        if (!(cause instanceof StoreError) || cause.code !== 'disk-full') throw cause;
      }
      if (this.#isEnding) return this.stop();
      if (this.#holding === undefined) this.#hands.onHolding();
      this.#holding ??= new AbortController();
      await wait(AGAIN_MS, undefined, { signal: this.#holding.signal }).catch(() => undefined);
    }
  }

  /** Bytes that go with an effect, where they are staged: a save that waits may make them those of a version. */
  #staged(effect: Effect): Uint8Array | undefined {
    const token = bytesOf(effect)?.token;
    return token === undefined ? undefined : this.#hands.store.peek(token);
  }

  /** The same, where they are kept; undefined where they are gone. */
  async #kept(effect: Effect): Promise<Uint8Array | undefined> {
    const at = bytesOf(effect);
    const opened = at && (await this.#hands.read(at.name, at.version));
    // Whoever misses them asks for them elsewhere.
    return opened === undefined ? undefined : (opened.bytes ?? (await buffer(opened.stream).catch(() => undefined)));
  }

  #do(effect: Effect, bytes: Uint8Array | undefined): void {
    switch (effect.type) {
      case 'save':
        return;
      case 'send':
        return this.#hands.send(effect, bytes);
      case 'load':
        // Of a new name nothing has to be read.
        return this.#hands.store.knows(effect.name) ? this.#answer(this.#load(effect.name)) : this.#hands.feed({ type: 'loaded', name: effect.name, kept: [] });
      case 'scan':
        return this.#answer(this.#scan(effect));
      case 'scan-buckets':
        return this.#answer(this.#scanBuckets(effect));
      case 'digest':
        return this.#answer(this.#digest(effect));
      case 'fetch':
        return this.#hands.fetch(effect);
      case 'abort':
        return this.#hands.abort(effect.ref);
      case 'answer':
      case 'operated':
      case 'event':
        return this.#hands.tell(effect, bytes);
    }
  }

  /** Reads run beside the commits; one that fails stops the node like a save that fails. */
  #answer(reading: Promise<Input>): void {
    reading.then(this.#hands.feed, (cause: unknown) => {
      if (this.#stopped) return;
      this.stop();
      this.#hands.fail(cause);
    });
  }

  async #load(name: string): Promise<Input> {
    const { store } = this.#hands;
    const kept = store.kept(name);
    const register = await store.get('register', name);
    return { type: 'loaded', name, kept, ...(register === undefined ? {} : { register: register as Register }) };
  }

  async #scan({ ref, prefix, after, limit }: Extract<Effect, { type: 'scan' }>): Promise<Input> {
    const records = await this.#hands.store.records('register', { prefix, after, limit });
    return { type: 'scanned', ref, entries: this.#entries(records), more: records.length === limit };
  }

  async #scanBuckets({ ref, buckets, unless, after, limit }: Extract<Effect, { type: 'scan-buckets' }>): Promise<Input> {
    const { store } = this.#hands;
    const digests = unless === undefined ? undefined : store.digests();
    const theirs = new Map(unless?.map(({ bucket, digest }) => [bucket, digest]));
    const records: Awaited<ReturnType<Store['inBucket']>> = [];
    const equal = new BucketSet();
    const first = buckets.next();
    for (const bucket of buckets) {
      if (digests !== undefined && shortDigest(digests.get(bucket)) === theirs.get(bucket)) equal.add(bucket);
      else records.push(...(await store.inBucket(bucket, { after: bucket === first ? after : '', limit: limit - records.length })));
      if (records.length >= limit) break;
    }
    return { type: 'scanned', ref, entries: this.#entries(records), equal, more: records.length >= limit };
  }

  async #digest({ ref, buckets }: Extract<Effect, { type: 'digest' }>): Promise<Input> {
    const kept = this.#hands.store.digests();
    const digests: BucketDigest[] = [];
    for (const bucket of buckets) {
      const digest = shortDigest(kept.get(bucket));
      if (digest !== undefined) digests.push({ bucket, digest });
    }
    return { type: 'digested', ref, digests };
  }

  #entries(records: readonly { readonly key: string; readonly value: unknown }[]): ScannedEntry[] {
    return records.map(({ key, value }) => ({ name: key, register: value as Register, kept: this.#hands.store.kept(key) }));
  }
}

function bytesOf(effect: Effect): BytesAt | undefined {
  return effect.type === 'send' || effect.type === 'answer' ? effect.bytes : undefined;
}

/** A failure tells nothing that has to be on the disk, but for one: that a condition does not hold says what the file is. */
function saysNothingOfFiles(effect: Effect): boolean {
  return effect.type === 'answer' && effect.answer.type === 'failed' && effect.answer.code !== 'precondition-failed';
}

function isReading({ type }: Effect): boolean {
  return type === 'load' || type === 'scan' || type === 'scan-buckets' || type === 'digest';
}

/** What nodes tell each other of a bucket's digest: enough not to be met by chance. */
function shortDigest(digest: string | undefined): string | undefined {
  return digest?.slice(0, 16);
}
