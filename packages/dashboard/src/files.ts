import type { EventAt, ListedFile } from '@coring/protocol';
import { Failure, failureInWords } from './model/failure.js';
import { type FileList, firstPage, withFileEvent, withPage } from './model/file-list.js';
import type { Receipt } from './model/receipt.js';
import type { Source } from './net/connection.js';
import { headFile, listPage } from './net/files.js';

/** HEADs under way at once. */
const AT_ONCE = 3;
/** After events were left out, or a node is back that may know names of its own, the list is asked for anew, in milliseconds. */
const AGAIN_MS = 3000;

/** What is known of one file beside its line in the list. */
export interface Known {
  readonly receipt: Receipt;
  readonly etag: string;
  readonly atMs: number;
  /** It may have changed since. */
  readonly isStale: boolean;
}

/** The list of files, as far as it has been looked at, and the receipts of those that are in view. */
export class Files {
  list: FileList = { prefix: '', files: [], partial: false };
  state: 'loading' | 'ready' = 'loading';
  /** Why it could not be had. */
  fault = '';
  readonly known = new Map<string, Known>();
  #inView: readonly string[] = [];
  #asking = new Set<string>();
  /** Names without an answer: not asked again until something happens. */
  readonly #silent = new Set<string>();
  #generation = 0;
  /** What happens while answers of the ring are on their way, which may not have it in them: one list for each answer. */
  readonly #meanwhile = new Set<EventAt[]>();
  #isDue = false;
  #isLoadingMore = false;

  constructor(
    private readonly source: () => Source,
    private readonly onChange: () => void,
  ) {}

  /** Names that begin so, from the first. */
  async load(prefix = this.list.prefix): Promise<void> {
    const generation = ++this.#generation;
    const { base, address } = this.source();
    const wanted = prefix === this.list.prefix ? this.list.files.length : 0;
    const heard = this.#listen();
    try {
      let list = firstPage(prefix, await listPage(base, prefix, ''));
      // As much as was here before.
      while (list.next !== undefined && list.files.length < wanted && generation === this.#generation) list = withPage(list, await listPage(base, prefix, list.next));
      if (generation !== this.#generation) return;
      this.list = heard.reduce(withFileEvent, list);
      this.fault = '';
    } catch (error) {
      if (generation !== this.#generation) return;
      this.fault = failureInWords(error, address);
    } finally {
      this.#meanwhile.delete(heard);
    }
    this.state = 'ready';
    this.onChange();
    this.#silent.clear();
    this.#ask();
  }

  async loadMore(): Promise<void> {
    const { prefix, next } = this.list;
    if (next === undefined || this.#isLoadingMore) return;
    this.#isLoadingMore = true;
    const generation = this.#generation;
    const heard = this.#listen();
    try {
      const page = await listPage(this.source().base, prefix, next);
      if (generation === this.#generation) this.list = heard.reduce(withFileEvent, withPage(this.list, page));
    } catch {
      // Asked again when its end comes into view once more.
    }
    this.#meanwhile.delete(heard);
    this.#isLoadingMore = false;
    this.onChange();
  }

  /** Asks for everything anew, a little later. */
  loadSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      void this.load();
    }, AGAIN_MS);
  }

  take(events: readonly EventAt[]): void {
    for (const heard of this.#meanwhile) heard.push(...events);
    for (const event of events) {
      this.list = withFileEvent(this.list, event);
      if (event.type === 'put' || event.type === 'copied' || event.type === 'damaged') this.#doubt(event.name);
      else if (event.type === 'deleted') this.#forget(event.name);
      else if (event.type === 'member' || event.type === 'moved' || event.type === 'epoch') for (const name of this.known.keys()) this.#doubt(name);
      if (event.type === 'merged' || (event.type === 'member' && event.state === 'up') || (event.type === 'load' && event.leftOut > 0)) this.loadSoon();
    }
    this.#ask();
  }

  /** Which rows can be seen: their receipts are fetched. */
  show(names: readonly string[]): void {
    this.#inView = names;
    this.#silent.clear();
    this.#ask();
  }

  #listen(): EventAt[] {
    const heard: EventAt[] = [];
    this.#meanwhile.add(heard);
    return heard;
  }

  #forget(gone: string): void {
    this.known.delete(gone);
    this.#inView = this.#inView.filter((name) => name !== gone);
  }

  #doubt(name: string): void {
    this.#silent.delete(name);
    const known = this.known.get(name);
    if (known !== undefined) this.known.set(name, { ...known, isStale: true });
  }

  #ask(): void {
    for (const name of this.#inView) {
      if (this.#asking.size >= AT_ONCE) return;
      const known = this.known.get(name);
      if ((known === undefined || known.isStale) && !this.#asking.has(name) && !this.#silent.has(name)) void this.#askFor(name);
    }
  }

  async #askFor(name: string): Promise<void> {
    this.#asking.add(name);
    // Doubted again while the answer is on its way: it is asked for once more.
    const before = this.known.get(name);
    if (before !== undefined) this.known.set(name, { ...before, isStale: false });
    try {
      const { receipt, etag } = await headFile(this.source().base, name);
      this.known.set(name, { receipt, etag, atMs: Date.now(), isStale: this.known.get(name)?.isStale === true });
    } catch (error) {
      // What was known stays, unless nobody who can be reached knows the file: so it may be on one side of a split.
      if (error instanceof Failure && error.status === 404) this.known.delete(name);
      this.#silent.add(name);
    }
    this.#asking.delete(name);
    this.onChange();
    this.#ask();
  }
}

/** The quoted digest of a file, from its line or its receipt. */
export function etagOf(file: ListedFile, known: Known | undefined): string {
  return file.etag || known?.etag || '';
}
