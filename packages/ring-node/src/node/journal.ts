import type { Store } from '@coring/file-store';
import type { Log } from './log.js';

export interface JournalPlace<T> {
  readonly store: Store;
  readonly log: Log;
  /** The space of the store that holds its records, and nothing else. */
  readonly space: string;
  /** The newest so many entries are kept. */
  readonly max: number;
  /** Numbers from 0 on, without gaps: an entry is written over the one `max` before it. */
  readonly numberOf: (entry: T) => number;
}

/** The newest entries of something that happens now and then, in memory and on disk: an entry is durable soon after it was written, and at the latest when the journal ends. */
export class Journal<T> {
  readonly #place: JournalPlace<T>;
  /** Oldest first. */
  readonly #entries: T[] = [];
  /** By key, not on disk yet: as many as there are entries at most. */
  readonly #unsaved = new Map<string, T>();
  #saving: Promise<void> | undefined;

  constructor(place: JournalPlace<T>) {
    this.#place = place;
  }

  /** Reads what an earlier run has left, as far as it can be read: a node can do without the rest. */
  async begin(): Promise<void> {
    const { store, space, max, numberOf } = this.#place;
    const keys = await store.names(space, { prefix: '', after: '', limit: max });
    const entries = await Promise.all(keys.map((key) => this.#read(key)));
    this.#entries.push(...entries.filter((entry) => entry !== undefined).sort((a, b) => numberOf(a) - numberOf(b)));
  }

  get entries(): readonly T[] {
    return this.#entries;
  }

  get newest(): T | undefined {
    return this.#entries.at(-1);
  }

  /** What the next entry's number is to be. */
  get nextNumber(): number {
    const { newest } = this;
    return newest === undefined ? 0 : this.#place.numberOf(newest) + 1;
  }

  add(entry: T): void {
    this.#entries.push(entry);
    if (this.#entries.length > this.#place.max) this.#entries.shift();
    this.#write(entry);
  }

  /** The newest entry becomes this one, of the same number. */
  replaceNewest(entry: T): void {
    this.#entries[this.#entries.length - 1] = entry;
    this.#write(entry);
  }

  /** Resolves when all entries are on disk, or it was tried. */
  async end(): Promise<void> {
    await this.#saving;
    await this.#save();
  }

  async #read(key: string): Promise<T | undefined> {
    const { store, space, log } = this.#place;
    try {
      return (await store.get(space, key)) as T | undefined;
    } catch (error) {
      log.warn({ err: error, space }, 'an entry of a journal cannot be read');
      return undefined;
    }
  }

  #write(entry: T): void {
    const { numberOf, max } = this.#place;
    this.#unsaved.set(String(numberOf(entry) % max), entry);
    this.#saving ??= this.#saveAll();
  }

  /** What comes while one commit is under way goes with the next. */
  async #saveAll(): Promise<void> {
    while (this.#unsaved.size > 0 && (await this.#save()));
    this.#saving = undefined;
  }

  /** Returns false where the disk does not take it now: it is tried again with the next entry. */
  async #save(): Promise<boolean> {
    const { store, space, log } = this.#place;
    const written = [...this.#unsaved];
    if (written.length === 0) return true;
    // What room there is left is for records that cannot wait.
    if (store.isFull) return false;
    try {
      await store.commit(written.map(([key, value]) => ({ do: 'put', space, key, value })));
    } catch (error) {
      log.debug({ err: error, space }, 'entries of a journal were not written down');
      return false;
    }
    for (const [key, entry] of written) if (this.#unsaved.get(key) === entry) this.#unsaved.delete(key);
    return true;
  }
}
