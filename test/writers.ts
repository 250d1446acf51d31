import type { ExecutionContext } from 'ava';
import type { TestNode } from './a-ring.js';
import { get, getStrong, put, sha256, someBytes } from './files.js';

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

/** Sets clients to work; they end with the test at the latest. */
export function someWriters(t: ExecutionContext, nodes: readonly TestNode[], options: WritersOptions): Writers {
  const writers = new Writers(nodes, options);
  t.teardown(() => writers.stop());
  return writers;
}

/** Clients that put one new file after the other, each through all of the nodes in turn, until they are stopped. */
class Writers {
  readonly acknowledged = new Map<string, Acknowledged>();
  /** Requests that were answered 503. */
  readonly refused: string[] = [];
  /** Requests that got no answer, or a wrong one. */
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
          this.#unserved(stored.status, `PUT ${name}: ${stored.status} ${stored.body}`);
          continue;
        }
        const digest = sha256(bytes);
        this.acknowledged.set(name, { digest, holders: stored.headers.get('coring-nodes')!.split(', ') });
        if (this.options.reading === true && isStrong(stored.headers)) await this.#read(reader, name, digest);
      } catch (error) {
        this.failed.push(`${name}: ${(error as Error).message}`);
      }
    }
  }

  async #read(reader: TestNode, name: string, digest: string): Promise<void> {
    const { status, headers, bytes } = await get(reader, name, {}, 30_000);
    if (status === 200 && sha256(bytes) === digest) return;
    // A machine that is too busy can look like a split to a node: it says so, and knows of nothing newer.
    if (status === 200 || status === 404) {
      if (isStrong(headers)) this.failed.push(`GET ${name}: ${status}, other than acknowledged`);
    } else this.#unserved(status, `GET ${name}: ${status} ${Buffer.from(bytes).toString()}`);
  }

  #unserved(status: number, what: string): void {
    (status === 503 ? this.refused : this.failed).push(what);
  }
}

function isStrong(headers: Headers): boolean {
  return headers.get('coring-grade') === 'strong';
}

/** Puts so many files, many at a time, through all of the nodes in turn; throws where one is not acknowledged. */
export async function putMany(nodes: readonly TestNode[], count: number, options: WritersOptions): Promise<Map<string, Acknowledged>> {
  const writers = new Writers(nodes, { ...options, count });
  await writers.end();
  const unserved = [...writers.failed, ...writers.refused];
  if (unserved.length > 0) throw new Error(`${unserved.length} of ${count} failed: ${unserved.slice(0, 3).join('; ')}`);
  return writers.acknowledged;
}

/** Names whose bytes are not got from the node as they were acknowledged, and what was got instead. A node alone is read as it can be: weakly. */
export async function missingAt(node: TestNode, acknowledged: Iterable<readonly [string, Acknowledged]>, read: typeof getStrong = getStrong): Promise<string[]> {
  const missing: string[] = [];
  const rest = acknowledged[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let next = rest.next(); next.done !== true; next = rest.next()) {
        const [name, { digest }] = next.value;
        const { status, bytes } = await read(node, name);
        if (status !== 200 || sha256(bytes) !== digest) missing.push(`${name}: ${status}, ${bytes.length} bytes`);
      }
    }),
  );
  return missing;
}
