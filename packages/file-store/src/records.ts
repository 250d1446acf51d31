import { bucketOf } from '@coring/protocol';
import { SortedKeys } from './sorted-keys.js';

interface Space {
  /** Values as JSON texts: nobody can change a kept value by changing the one given or got. */
  readonly values: Map<string, string>;
  readonly keys: SortedKeys;
}

export interface KeyRange {
  readonly prefix: string;
  readonly after: string;
  readonly limit: number;
}

/** The records of all spaces, in memory. */
export class Records {
  readonly #spaces = new Map<string, Space>();
  /** Keys of the space `register` by bucket. */
  readonly #buckets = new Map<number, SortedKeys>();

  get size(): number {
    let size = 0;
    for (const { values } of this.#spaces.values()) size += values.size;
    return size;
  }

  get(space: string, key: string): unknown {
    const json = this.#spaces.get(space)?.values.get(key);
    return json === undefined ? undefined : JSON.parse(json);
  }

  put(space: string, key: string, json: string): void {
    let held = this.#spaces.get(space);
    if (held === undefined) this.#spaces.set(space, (held = { values: new Map(), keys: new SortedKeys() }));
    if (!held.values.has(key)) {
      held.keys.add(key);
      if (space === 'register') this.#bucket(key).add(key);
    }
    held.values.set(key, json);
  }

  delete(space: string, key: string): void {
    const held = this.#spaces.get(space);
    if (held?.values.delete(key) !== true) return;
    held.keys.delete(key);
    if (space === 'register') this.#bucket(key).delete(key);
  }

  inBucket(bucket: number, { after, limit }: Omit<KeyRange, 'prefix'>): { key: string; value: unknown }[] {
    const keys = this.#buckets.get(bucket)?.range({ prefix: '', after, limit }) ?? [];
    return keys.map((key) => ({ key, value: this.get('register', key) }));
  }

  #bucket(key: string): SortedKeys {
    const number = bucketOf(key);
    let bucket = this.#buckets.get(number);
    if (bucket === undefined) this.#buckets.set(number, (bucket = new SortedKeys()));
    return bucket;
  }

  names(space: string, range: KeyRange): string[] {
    return this.#spaces.get(space)?.keys.range(range) ?? [];
  }

  range(space: string, range: KeyRange): { key: string; value: unknown }[] {
    return this.names(space, range).map((key) => ({ key, value: this.get(space, key) }));
  }

  /** Every record. Records that change meanwhile are met before or after the change, or not at all when deleted. */
  *all(): Generator<{ space: string; key: string; json: string }> {
    for (const [space, { values }] of this.#spaces) for (const [key, json] of values) yield { space, key, json };
  }
}
