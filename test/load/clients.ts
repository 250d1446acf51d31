import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Grade } from '@coring/protocol';
import { Random } from '@coring/simulator';
import type { ExecutionContext } from 'ava';
import type { TestNode } from '../a-ring.js';
import { sha256, someBytes, urlOf } from '../files.js';
import type { Base, Way } from './ways.js';

/** A client has so many files, more or less. */
const FILES = 25;
/** It remembers so many of those that it has deleted, and looks for them. */
const DELETED = 5;

export interface Failure {
  readonly what: string;
  readonly error: unknown;
}

/** Sets one client to work on each way; they end with the test at the latest. */
export function someClients(t: ExecutionContext, ways: readonly Way[], nodes: () => readonly TestNode[], pauseMs = 0): Client[] {
  const clients = ways.map((way, i) => new Client(way, `client-${i}/`, new Random(i + 1), nodes, pauseMs));
  t.teardown(() => Promise.all(clients.map((client) => client.stop())));
  return clients;
}

/**
 * A client that puts, overwrites, deletes, reads and lists files that are its alone, one request after the other: it knows what each answer must be.
 * Of a file whose last write was not acknowledged, or weakly, it knows nothing; it deletes it, and does not use the name again.
 */
export class Client {
  /** What is kept, by name: the digest of what was put last. */
  readonly kept = new Map<string, string>();
  /** Requests that were served. */
  served = 0;
  /** Those of them that were served weakly: they were not compared with what is known. */
  weak = 0;
  /** The request that took longest. */
  slowest = { what: 'none', ms: 0 };
  readonly failures: Failure[] = [];
  /** Answers that are not what they must be. */
  readonly wrong: string[] = [];
  readonly #deleted: string[] = [];
  /** Names to delete, since nobody knows what is there. */
  readonly #unsure = new Set<string>();
  /** All that ever were unsure: what was not acknowledged may still take place, also after the name was deleted, when the node that was asked is back. */
  readonly #doubtful = new Set<string>();
  #names = 0;
  #stopped = false;
  readonly #working: Promise<void>;

  constructor(
    readonly way: Way,
    readonly folder: string,
    readonly random: Random,
    /** The nodes that run just now: uploads to them are broken off. */
    readonly nodes: () => readonly TestNode[],
    readonly pauseMs: number,
  ) {
    this.#working = this.#work();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
    await this.way.close();
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      const [asked, ask] = this.#something();
      const what = `${this.way.title}: ${asked}`;
      const beganMs = performance.now();
      try {
        await ask();
        this.served++;
      } catch (error) {
        this.failures.push({ what, error });
      }
      const ms = performance.now() - beganMs;
      if (ms > this.slowest.ms) this.slowest = { what, ms };
      if (this.pauseMs > 0) await pause(this.random.between(0, 2 * this.pauseMs));
    }
  }

  #something(): [asked: string, ask: () => Promise<void>] {
    const { random, kept } = this;
    const [unsure] = this.#unsure;
    if (unsure !== undefined && random.chance(0.3)) return [`DELETE of ${unsure}, unsure`, () => this.#removeUnsure(unsure)];
    const kind = random.fraction();
    if (kind < 0.05) return ['list', () => this.#list()];
    if (kind < 0.08) return ['an upload that breaks off', () => this.#breakOff()];
    if (kind < 0.12 && this.#deleted.length > 0) return this.#get(random.pick(this.#deleted));
    if (kept.size < 2 || (kind < 0.3 && kept.size < 2 * FILES)) return this.#put(`${this.folder}${++this.#names}`, random.chance(0.5) ? null : undefined);
    const name = random.pick([...kept.keys()]);
    if (kind < 0.5) return this.#put(name, random.chance(0.5) ? kept.get(name) : undefined);
    if (kind < 0.5 + 0.18 * Math.min(2, kept.size / FILES)) return [`DELETE ${name}`, () => this.#remove(name)];
    return this.#get(name);
  }

  #put(name: string, on: Base): [string, () => Promise<void>] {
    const bytes = someBytes(this.#size());
    const how = on === undefined ? '' : on === null ? ', if there is none' : `, on ${on.slice(0, 8)}`;
    return [`PUT ${name}, ${bytes.length} bytes${how}`, () => this.#write(name, () => this.way.put(name, bytes, on), () => this.kept.set(name, sha256(bytes)))];
  }

  #remove(name: string): Promise<void> {
    return this.#write(name, () => this.way.remove(name), () => {
      this.kept.delete(name);
      this.#deleted.push(name);
      if (this.#deleted.length > DELETED) this.#deleted.shift();
    });
  }

  async #write(name: string, write: () => Promise<Grade | undefined>, done: () => void): Promise<void> {
    let isSure = false;
    try {
      isSure = (await write()) !== 'weak';
      if (isSure) done();
      else this.weak++;
    } finally {
      if (!isSure) {
        this.kept.delete(name);
        this.#unsure.add(name);
        this.#doubtful.add(name);
      }
    }
  }

  async #removeUnsure(name: string): Promise<void> {
    await this.way.remove(name).catch((error: { code?: string }) => {
      if (error.code !== 'not-found') throw error;
    });
    this.#unsure.delete(name);
  }

  #get(name: string): [string, () => Promise<void>] {
    const expected = this.kept.get(name);
    return [
      `GET ${name}`,
      async () => {
        const { digest, grade } = await this.way.get(name);
        if (grade === 'weak') this.weak++;
        else if (digest !== expected) this.wrong.push(`${this.way.title}: GET ${name}: ${digest ?? 'none'}, not ${expected ?? 'none'}`);
      },
    ];
  }

  async #list(): Promise<void> {
    const { digests, isSure } = await this.way.list(this.folder);
    if (!isSure) this.weak++;
    else {
      const names = new Set([...digests.keys(), ...this.kept.keys()]);
      const other = [...names].filter((name) => !this.#doubtful.has(name) && digests.get(name) !== this.kept.get(name));
      if (other.length > 0) this.wrong.push(`${this.way.title}: the list is wrong of ${other.join(', ')}`);
    }
  }

  /** Half of an upload, under a name that must never be seen. */
  async #breakOff(): Promise<void> {
    const node = this.random.pick(this.nodes());
    const bytes = someBytes(1_000_000);
    await new Promise<void>((resolve) => {
      const upload = request(urlOf(node, `${this.folder}broken-${++this.#names}`), { method: 'PUT', headers: { 'content-length': bytes.length } });
      upload.once('error', () => resolve());
      upload.once('close', () => resolve());
      upload.write(bytes.subarray(0, this.random.below(bytes.length)), () => upload.destroy());
    });
  }

  /** In bytes: mostly such as are kept in the log, some that are files of their own on the disk, a few that are streamed for a while. */
  #size(): number {
    const kind = this.random.fraction();
    if (kind < 0.5) return this.random.below(4_000);
    if (kind < 0.85) return this.random.below(64_000);
    return this.random.below(kind < 0.98 ? 500_000 : 6_000_000);
  }
}
