import { nextDueMs, persistedFrom, readHere, startRing, step } from '@coring/ring-node/ring';
import type { Effect, Input, Persisted, RingState, Surroundings } from '@coring/ring-node/ring';
import { carryOut } from './carry-out.js';
import type { Newcomer } from './deeds.js';
import { type Content, Disk } from './disk.js';
import { askToJoin, findAgain } from './joining.js';
import { NodeClock } from './node-clock.js';
import type { Random } from './random.js';
import { endUpload, type OpenUpload } from './streamed-upload.js';
import type { World } from './world.js';

/** What the ring may ask of a node that is not running: `stopped` comes back, `asleep` when somebody dials it, `left` never. */
export type Standing = 'running' | 'stopped' | 'asleep' | 'left';

/** How long a process takes to start that is needed, in milliseconds. */
const AWAKENING_MS = { low: 100, high: 900 };

/** An effect that goes out only when the saves before it are durable. */
interface Held {
  readonly save: number;
  readonly release: () => void;
}

/** A second shell around the core, beside the real one: its clock, disk, links and operator are simulated. */
export class SimulatedNode {
  readonly name: string;
  /** As long as it does not leave for good: then it comes back as another. */
  nodeId: string;
  /** Where it asks to be taken in; none for a founder. */
  contacts: readonly string[];
  standing: Standing = 'stopped';
  ring: RingState | undefined;
  address: string;
  capacity: number;
  readonly disk = new Disk();
  readonly clock: NodeClock;
  readonly random: Random;
  /** Fetches under way; those given up are taken out. */
  readonly fetches = new Set<string>();
  /** Uploads that clients are sending, by token. */
  readonly uploads = new Map<string, OpenUpload>();
  /** Where a hand-written schedule holds up what looks through the disk have found: how each is told in the end. */
  heldScans: (() => void)[] | undefined;
  /** Counts starts and ends of the process: what an earlier life had planned does not happen. */
  #life = 0;
  #pausedUntilMs = -1;
  #inbox: (() => void)[] = [];
  #held: Held[] = [];
  #isSyncing = false;
  #wakesAtMs = Infinity;
  #startsAtMs: number | undefined;
  #hasMoved = false;

  constructor(
    readonly world: World,
    { name, nodeId, seed, contacts, address = `${name}.example:4043`, capacity = 1 }: Newcomer,
  ) {
    this.name = name;
    this.nodeId = nodeId;
    this.contacts = contacts;
    this.random = world.stream(name, seed);
    this.clock = new NodeClock(world.options.clocks, this.random.stream());
    this.address = address;
    this.capacity = capacity;
  }

  get isRunning(): boolean {
    return this.standing === 'running';
  }

  get isPaused(): boolean {
    return this.pausedForMs > 0;
  }

  /** How much longer it stands still. */
  get pausedForMs(): number {
    return Math.max(0, this.#pausedUntilMs - this.world.timeline.nowMs);
  }

  start(): void {
    const { settings, reapAfterMs, mutations } = this.world.options;
    this.standing = 'running';
    this.#startsAtMs = undefined;
    this.#life++;
    this.clock.restart();
    const { ring, effects } = startRing(
      {
        nodeId: this.nodeId,
        boot: this.random.hex(16),
        address: this.address,
        capacity: this.capacity,
        features: [],
        wants: this.contacts.length === 0 ? settings : {},
        persisted: persistedFrom(this.disk.records('ring')),
        isJoining: this.contacts.length > 0,
        ...(reapAfterMs === undefined ? {} : { reapAfterMs }),
        mutations: new Set(mutations),
      },
      this.#surroundings(),
    );
    this.ring = ring;
    if (ring.self.nodeId !== this.nodeId) this.world.trace.call(ring.self.nodeId, this.name);
    this.nodeId = ring.self.nodeId;
    this.world.say(this, () => 'starts');
    this.#done(effects);
    this.feed({ type: 'figures', files: this.disk.files, bytes: 0, freeBytes: 1_000_000_000 });
    askToJoin(this);
    if (this.#hasMoved) findAgain(this);
  }

  /** From its next start on it is at another address. */
  moveTo(address: string): void {
    this.address = address;
    this.#hasMoved = true;
  }

  /** The power goes: what was not synced and what had not gone out is lost. */
  crash(): void {
    if (!this.isRunning) return;
    this.world.say(this, () => 'crashes');
    this.disk.crash(this.random);
    this.#end(this.#hasLeft() ? 'left' : 'stopped');
  }

  /** The node is gone for ever, with all that was on its disk. */
  loseDisk(): void {
    this.crash();
    this.disk.lose();
    this.standing = 'left';
    this.world.losses.disks++;
  }

  /** The process ends after a goodbye. */
  stop(standing: 'stopped' | 'asleep' | 'left'): void {
    this.disk.flush();
    this.disk.staged.clear();
    this.world.say(this, () => `ends, ${standing}`);
    this.#end(this.#hasLeft() ? 'left' : standing);
  }

  /** Somebody dials a sleeping node, and whoever listens for it starts it. Returns how long that takes, in milliseconds. */
  dialled(): number {
    const { nowMs } = this.world.timeline;
    if (this.#startsAtMs === undefined) {
      this.#startsAtMs = nowMs + this.random.between(AWAKENING_MS.low, AWAKENING_MS.high);
      this.world.timeline.after(this.#startsAtMs - nowMs, () => {
        if (this.standing === 'asleep') this.start();
      });
    }
    return this.#startsAtMs - nowMs;
  }

  /** As by SIGSTOP: nothing happens here until it goes on; then all of it does. */
  pause(forMs: number): void {
    if (!this.isRunning || this.isPaused) return;
    this.world.say(this, () => `stands still for ${forMs.toFixed(0)} ms`);
    this.#pausedUntilMs = this.world.timeline.nowMs + forMs;
    for (const operation of this.world.history.openAt(this.name)) operation.pausedMs += forMs;
    const life = this.#life;
    this.world.timeline.after(forMs, () => {
      if (life === this.#life) this.#goOn();
    });
  }

  feed(input: Input): void {
    if (this.isRunning) this.#whenAwake(() => this.#step(input));
  }

  /** The answer to a read that this node alone decides, once all that it says is durable; undefined where the request is to be fed. */
  readHere(name: string): ReturnType<typeof readHere> {
    const isUnsynced = this.disk.isUnsynced(name) || this.disk.isUnsynced('epochs');
    const mayTell = !isUnsynced || this.world.options.mutations.includes('read-before-sync');
    return this.isRunning && !this.isPaused && mayTell ? readHere(this.ring!, name) : undefined;
  }

  /** Takes bytes in that came over the network; their token. */
  stage(content: Content): string {
    const token = `f${this.random.hex(12)}`;
    this.disk.staged.set(token, content);
    return token;
  }

  /** Lets something happen in this life of the process, once it is awake. */
  later(delayMs: number, happen: () => void): void {
    this.world.timeline.after(delayMs, this.inThisLife(happen));
  }

  /** What happens only in this life of the process, once it is awake. */
  inThisLife(happen: () => void): () => void {
    const life = this.#life;
    return () => {
      if (life === this.#life) this.#whenAwake(happen);
    };
  }

  /** Goes out at once, or when everything saved so far is durable. */
  hold(release: () => void): void {
    const isFree = this.#held.length === 0 && this.disk.synced === this.disk.saved;
    if (isFree || this.world.options.mutations.includes('reply-before-sync')) release();
    else this.#held.push({ save: this.disk.saved, release });
  }

  /** Syncs what was saved; saves made meanwhile share the next sync. */
  sync(): void {
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    const { syncMs, slowChance, slowMs } = this.world.options.disk;
    const { saved } = this.disk;
    const isSlow = this.random.chance(slowChance) && !this.world.network.isCalm;
    if (isSlow) this.world.wentWrong('slow-sync');
    this.later(isSlow ? slowMs : syncMs, () => {
      this.#isSyncing = false;
      this.disk.sync(saved);
      const life = this.#life;
      while (this.#held[0] !== undefined && this.#held[0].save <= saved) {
        this.#held.shift()!.release();
        if (life !== this.#life) return;
      }
      if (this.disk.saved > this.disk.synced) this.sync();
    });
  }

  #step(input: Input): void {
    if (this.ring === undefined) return;
    let effects: Effect[];
    try {
      effects = step(this.ring, input, this.#surroundings());
    } catch (error) {
      return this.world.fail('no-throw', `${this.name} threw at ${JSON.stringify(input).slice(0, 300)}: ${(error as Error).stack}`);
    }
    this.#done(effects);
  }

  #done(effects: readonly Effect[]): void {
    const life = this.#life;
    carryOut(this, effects);
    if (life !== this.#life) return;
    this.#planTick();
    this.world.stepped(this);
  }

  #planTick(): void {
    const dueMs = nextDueMs(this.ring!.timers);
    if (dueMs === undefined) return;
    // A timer fires a little late, never early: rounding must not lead to a tick for which nothing is due.
    const { tape, timeline } = this.world;
    const fromMs = Math.max(this.clock.worldMs(dueMs), timeline.nowMs) + 0.01;
    const drawnMs = fromMs + this.random.between(0, 0.5);
    const atMs = tape?.wakesAtMs(this.name, dueMs, fromMs) ?? drawnMs;
    if (atMs >= this.#wakesAtMs) return;
    this.#wakesAtMs = atMs;
    this.later(atMs - timeline.nowMs, () => {
      if (this.#wakesAtMs !== atMs) return;
      tape?.woke(this.name, dueMs, atMs);
      this.#wakesAtMs = Infinity;
      this.#step({ type: 'tick' });
    });
  }

  #whenAwake(happen: () => void): void {
    if (this.isPaused) this.#inbox.push(happen);
    else happen();
  }

  #goOn(): void {
    const waiting = this.#inbox;
    this.#inbox = [];
    this.world.say(this, () => 'goes on');
    const life = this.#life;
    for (const happen of waiting) if (life === this.#life) happen();
  }

  #end(standing: 'stopped' | 'asleep' | 'left'): void {
    this.standing = standing;
    this.#life++;
    this.#pausedUntilMs = -1;
    this.#inbox = [];
    this.#held = [];
    this.#isSyncing = false;
    this.#wakesAtMs = Infinity;
    this.fetches.clear();
    for (const token of [...this.uploads.keys()]) endUpload(this, token, undefined);
    this.world.lost(this);
  }

  /** It has left for good, durably, and was only about to say so. */
  #hasLeft(): boolean {
    const durable = this.disk.record('ring', 'self') as Persisted['self'];
    return this.ring?.membership.roster.get(this.nodeId)?.state === 'left' && durable?.hasLeft === true;
  }

  #surroundings(): Surroundings {
    const { nowMs } = this.world.timeline;
    return { nowMs: this.clock.monotonicMs(nowMs), wallMs: this.clock.wallMs(nowMs), seed: this.random.uint32() };
  }
}
