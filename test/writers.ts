import type { TestNode } from './a-ring.js';
import { get, put, sha256, someBytes } from './files.js';

/** What was acknowledged of a name. */
export interface Acknowledged {
  readonly digest: string;
  /** NodeIds of those that have it durable, by the receipt. */
  readonly holders: readonly string[];
}

export interface WritersOptions {
  readonly clients: number;
  /** Of each file, given its number. */
  readonly bytesOf: (i: number) => number;
  /** The beginning of the names. */
  readonly folder?: string;
  /** Each client reads back what it has written, through the next node. */
  readonly reading?: boolean;
  /** So many files, and no more. */
  readonly count?: number;
}

/** Clients that put one new file after the other, each through all of the nodes in turn, until they are stopped. */
export class Writers {
  readonly acknowledged = new Map<string, Acknowledged>();
  /** Requests that were refused, or got no answer, or a wrong one. */
  readonly failed: string[] = [];
  #stopped = false;
  #started = 0;
  readonly #ended: Promise<unknown>;

  constructor(
    readonly nodes: readonly TestNode[],
    readonly options: WritersOptions,
  ) {
    this.#ended = Promise.all(Array.from({ length: options.clients }, () => this.#write()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#ended;
  }

  /** Waits until all of the files are written. */
  async end(): Promise<void> {
    await this.#ended;
  }

  async #write(): Promise<void> {
    while (!this.#stopped && this.#started < (this.options.count ?? Infinity)) {
      const i = this.#started++;
      const name = `${this.options.folder ?? 'written'}/${i}`;
      const bytes = someBytes(this.options.bytesOf(i));
      const [writer, reader] = [this.nodes[i % this.nodes.length]!, this.nodes[(i + 1) % this.nodes.length]!];
      try {
        const stored = await put(writer, name, bytes, {}, 30_000);
        if (stored.status !== 201) {
          this.failed.push(`PUT ${name}: ${stored.status} ${stored.body}`);
          continue;
        }
        const digest = sha256(bytes);
        this.acknowledged.set(name, { digest, holders: stored.headers.get('coring-nodes')!.split(', ') });
        if (this.options.reading === true) {
          const got = await get(reader, name, {}, 30_000);
          if (got.status !== 200 || sha256(got.bytes) !== digest) this.failed.push(`GET ${name}: ${got.status} ${got.status === 200 ? 'other bytes' : Buffer.from(got.bytes).toString()}`);
        }
      } catch (error) {
        this.failed.push(`${name}: ${(error as Error).message}`);
      }
    }
  }
}

/** Puts so many files, many at a time, through all of the nodes in turn; throws where one is not acknowledged. */
export async function putMany(nodes: readonly TestNode[], count: number, options: WritersOptions): Promise<Map<string, Acknowledged>> {
  const writers = new Writers(nodes, { ...options, count });
  await writers.end();
  if (writers.failed.length > 0) throw new Error(`${writers.failed.length} of ${count} failed: ${writers.failed.slice(0, 3).join('; ')}`);
  return writers.acknowledged;
}

/** Names whose bytes are not got from the node as they were acknowledged, and what was got instead. */
export async function missingAt(node: TestNode, acknowledged: Iterable<readonly [string, Acknowledged]>): Promise<string[]> {
  const missing: string[] = [];
  const rest = acknowledged[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let next = rest.next(); next.done !== true; next = rest.next()) {
        const [name, { digest }] = next.value;
        const { status, bytes } = await get(node, name, {}, 30_000);
        if (status !== 200 || sha256(bytes) !== digest) missing.push(`${name}: ${status}, ${bytes.length} bytes`);
      }
    }),
  );
  return missing;
}
