import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { memoryStore, type Opened, type Staging } from '@coring/file-store';
import type { Conflict, FileVersion, OwnMerges, RingBody, ScrubBody, Stamp } from '@coring/protocol';
import { EventLog, type LoggedEvent } from '../../src/node/event-log.js';
import { OwnHoldings } from '../../src/node/holdings.js';
import { noLog } from '../../src/node/log.js';
import { OwnRecords } from '../../src/node/own-records.js';
import { MergeReport, type MergesAsked } from '../../src/node/merge-report.js';
import type { Answered, NewRequest, NodeFace } from '../../src/node/node-face.js';
import type { ClientAnswer, Conditions, ListedName, Receipt, RingEvent } from '../../src/ring/index.js';

export const selfId = '0a'.repeat(16);
export const otherId = '0b'.repeat(16);

/** A node that is a ring of its own and keeps files in memory: what the HTTP side sees, and nothing of a ring. */
export class FakeNode implements NodeFace {
  isReady = true;
  isStopping = false;
  isDiskFull = false;
  readonly linkTraffic = { connections: 2, bytesIn: 300, bytesOut: 400 };
  readonly log = noLog();
  readonly requests: NewRequest[] = [];
  readonly operations: { readonly op: string; readonly nodeId: string }[] = [];
  /** Uploads neither kept nor discarded. */
  readonly staged = new Map<string, Buffer[]>();
  readonly files = new Map<string, { value: FileVersion; bytes: Buffer }>();
  /** Conflict copies' bytes, by the time of their version. */
  readonly copies = new Map<number, Buffer>();
  /** Stands in for the ring's answer, where a test sets it. */
  answers?: (request: NewRequest, signal: AbortSignal) => Promise<Answered> | undefined;
  /** Stands in for the source of bytes. */
  opens?: (range: { readonly start: number; readonly end: number } | undefined, signal: AbortSignal, nodeId: string) => Opened | undefined;
  /** Stands in for the disk. */
  stages?: () => Staging;
  /** The same, for what is small. */
  takes?: (bytes: Uint8Array) => string;
  refusesOperations = false;
  readonly watchers = new Set<(event: RingEvent, number: number) => void>();
  readonly #log = new EventLog();
  #time = 1_790_000_000_000_000;

  readonly receipt: Receipt = { grade: 'strong', copies: 2, wanted: 3, nodes: [selfId, otherId], hops: 1, epoch: 4, health: 'degraded' };

  /** Whether it says at once what it has. */
  answersHere = false;

  scrubs = 0;

  scrubbed(): ScrubBody {
    return { state: this.scrubs > 0 ? 'running' : 'idle', files: 0, bytes: 0, damaged: 0 };
  }

  scrub(): void {
    this.scrubs++;
  }

  /** What it says that it keeps, and on whom it says that everything belongs. */
  readonly disk = memoryStore();
  readonly holdings: NodeFace['holdings'] = new OwnHoldings(this.disk);
  readonly own = new OwnRecords(memoryStore(), () => 'a'.repeat(32));
  ownerIds: readonly string[] = [selfId, otherId];

  owners(): readonly string[] {
    return this.ownerIds;
  }

  /** Hears of events as a node's own does, at a time that a test sets. */
  readonly mergeReport: MergeReport;
  nowMs = 1_790_000_000_000;

  constructor(nodeId = selfId) {
    this.mergeReport = new MergeReport({ store: memoryStore(), log: noLog(), nodeId, now: () => this.nowMs });
  }

  merges(asked: MergesAsked): OwnMerges {
    return this.mergeReport.told(asked);
  }

  readHere(name: string): ReturnType<NodeFace['readHere']> {
    const current = this.answersHere ? this.files.get(name) : undefined;
    return current && { type: 'found', value: current.value, from: { nodeId: selfId, version: current.value.version }, receipt: this.receipt };
  }

  async request(request: NewRequest, signal: AbortSignal): Promise<Answered> {
    this.requests.push(request);
    const instead = this.answers?.(request, signal);
    if (instead !== undefined) return instead;
    if (request.op === 'list') return this.#list(request.prefix, request.after, request.limit);
    const current = this.files.get(request.name);
    if (request.op === 'get') {
      if (current === undefined) return { type: 'absent', receipt: this.receipt };
      const conflict = current.value.conflicts.find(({ version }) => version.time === request.version?.time);
      const value = conflict === undefined ? current.value : { ...aVersion(conflict.version), ...conflict };
      if (value.deleted) return { type: 'absent', value, receipt: this.receipt };
      return { type: 'found', value, from: { nodeId: selfId, version: value.version }, receipt: this.receipt };
    }
    const fails = !holds(request.conditions, current?.value.digest);
    if (request.op === 'put') {
      const bytes = Buffer.concat(this.staged.get(request.token) ?? []);
      this.staged.delete(request.token);
      if (fails) return this.#refused();
      const { digest, size, contentType } = request;
      const value = { ...aVersion(this.#stamp()), digest, size, contentType };
      this.files.set(request.name, { value, bytes });
      const { copies } = this.receipt;
      return { type: 'stored', value, created: current === undefined, enough: copies >= (request.requireCopies ?? 1), receipt: this.receipt };
    }
    if (fails) return this.#refused();
    if (current === undefined) return { type: 'absent', receipt: this.receipt };
    this.files.delete(request.name);
    return { type: 'deleted', value: { ...aVersion(this.#stamp()), deleted: true }, receipt: this.receipt };
  }

  async stage(_name?: string, _size?: number): Promise<Staging> {
    if (this.stages !== undefined) return this.stages();
    const token = randomUUID();
    const chunks: Buffer[] = [];
    this.staged.set(token, chunks);
    return {
      token,
      write: async (chunk) => void chunks.push(Buffer.from(chunk)),
      seal: async () => {
        const bytes = Buffer.concat(chunks);
        return { size: bytes.length, digest: sha256(bytes) };
      },
      discard: async () => void this.staged.delete(token),
    };
  }

  take(bytes: Uint8Array, digest: string): string {
    if (this.takes !== undefined) return this.takes(bytes);
    if (digest !== sha256(bytes)) throw new Error('the digest is wrong');
    const token = randomUUID();
    this.staged.set(token, [Buffer.from(bytes)]);
    return token;
  }

  async open(name: string, from: { readonly nodeId: string; readonly version: Stamp }, range: { readonly start: number; readonly end: number } | undefined, signal: AbortSignal): Promise<Opened | undefined> {
    if (this.opens !== undefined) return this.opens(range, signal, from.nodeId);
    const bytes = this.copies.get(from.version.time) ?? this.files.get(name)?.bytes;
    if (bytes === undefined) return undefined;
    const part = range === undefined ? bytes : bytes.subarray(range.start, range.end);
    return { size: bytes.length, stream: Readable.from(part.length === 0 ? [] : [part]) };
  }

  async operate(op: 'leave' | 'forget', nodeId: string): Promise<{ ok: boolean; message: string }> {
    if (this.refusesOperations) return { ok: false, message: 'not now' };
    this.operations.push({ op, nodeId });
    return { ok: true, message: `${op} begun` };
  }

  ring(): RingBody {
    const node = { state: 'up', incarnation: 1, position: 'a', capacity: 1 } as const;
    return {
      ringId: '0c'.repeat(16),
      self: selfId,
      previous: otherId,
      next: otherId,
      nodes: [
        { ...node, nodeId: selfId, address: '127.0.0.1:4043', files: this.files.size, bytes: 5, freeBytes: 6 },
        { ...node, nodeId: otherId, address: '127.0.0.1:4044<script>', state: 'down' },
      ],
      epoch: 4,
      oldestEpoch: 4,
      members: [selfId, otherId],
      whole: false,
      state: 'degraded',
      settings: { copies: 3, forgetAfterMs: 600_000, writes: 'weak', minCopies: 1 },
      version: '0.1.0',
      uptimeMs: 1,
    };
  }

  watch(listener: (event: RingEvent, number: number) => void): () => void {
    this.watchers.add(listener);
    return () => void this.watchers.delete(listener);
  }

  eventCounts(): ReturnType<NodeFace['eventCounts']> {
    return this.#log.counts;
  }

  recentEvents(which: 'all' | 'lasting'): readonly LoggedEvent[] {
    return this.#log.recent(which);
  }

  /** Something happens. */
  tell(event: RingEvent): void {
    this.#log.add(event);
    const { number } = this.#log.recent('all').at(-1)!;
    for (const listener of this.watchers) listener(event, number);
  }

  /** Keeps a file as if it had been put before. */
  keep(name: string, bytes: Buffer, more: Partial<FileVersion> = {}): FileVersion {
    const value = { ...aVersion(this.#stamp()), digest: sha256(bytes), size: bytes.length, ...more };
    this.files.set(name, { value, bytes });
    return value;
  }

  #refused(): ClientAnswer {
    return { type: 'failed', code: 'precondition-failed', message: 'the condition does not hold', receipt: this.receipt };
  }

  #list(prefix: string, after: string, limit: number): ClientAnswer {
    const names = [...this.files.keys()].filter((name) => name.startsWith(prefix) && name > after).toSorted();
    const files = names.slice(0, limit).map((name) => this.#listed(name));
    return { type: 'listed', files, ...(names.length > limit ? { next: names[limit - 1]! } : {}), grade: 'strong', partial: false };
  }

  #listed(name: string): ListedName {
    const { value } = this.files.get(name)!;
    return { name, value, held: [{ nodeId: selfId, versions: [value.version, ...value.conflicts.map(({ version }) => version)] }] };
  }

  #stamp(): Stamp {
    this.#time += 1_000_000;
    return { time: this.#time, node: selfId };
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A conflict copy kept beside a file. */
export function aConflict(bytes: Buffer, time: number): Conflict {
  return { version: { time, node: otherId }, digest: sha256(bytes), size: bytes.length, contentType: 'text/plain', modifiedMs: time / 1000 };
}

function aVersion(version: Stamp): FileVersion {
  const modifiedMs = Math.floor(version.time / 1000);
  return { version, digest: sha256(Buffer.of()), size: 0, contentType: 'text/plain', modifiedMs, deleted: false, seen: {}, conflicts: [], ops: [] };
}

function holds({ ifMatch, ifNoneMatch }: Conditions, digest: string | undefined): boolean {
  if (ifMatch !== undefined && (digest === undefined || (ifMatch !== '*' && !ifMatch.includes(digest)))) return false;
  return ifNoneMatch === undefined || digest === undefined || (ifNoneMatch !== '*' && !ifNoneMatch.includes(digest));
}
