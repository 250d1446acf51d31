import { putOnDisk } from './disk-staging.js';
import { diskError } from './error.js';
import type { Files } from './files.js';
import type { Journal } from './journal.js';
import { entryText } from './journal-line.js';
import type { KeptIndex } from './kept.js';
import type { Layout } from './layout.js';
import { type BytesChange, moveBack, moveIn, moveOver, noMoves, planMoves, tidyUp } from './moves.js';
import { jsonOf, type Records } from './records.js';
import type { StoreChange } from './store.js';
import type { Upload } from './upload.js';
import { noSuchToken, type Uploads } from './uploads.js';

/** What a store on disk consists of. */
export interface Parts {
  readonly files: Files;
  readonly layout: Layout;
  readonly records: Records;
  readonly kept: KeptIndex;
  readonly journal: Journal;
  readonly uploads: Uploads;
  /** Folders of bytes that exist. */
  readonly folders: Set<string>;
}

/** A put whose value is a text by now: what the caller does to it later has no effect. */
interface FixedPut {
  readonly do: 'put';
  readonly space: string;
  readonly key: string;
  readonly json: string;
}
type FixedChange = FixedPut | Exclude<StoreChange, { do: 'put' }>;
/** The same with its upload. */
type Change = FixedPut | Extract<StoreChange, { do: 'delete' }> | BytesChange;

interface Commit {
  readonly changes: readonly FixedChange[];
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/** A commit that got its uploads. */
interface Admitted {
  readonly commit: Commit;
  readonly changes: readonly Change[];
}

/** The most commits that share a sync: bounds the length of a journal's line. */
const BATCH_MAX = 1000;

/** Carries commits out, one batch at a time: all that came while the last batch was synced. */
export class Writer {
  readonly #parts: Parts;
  readonly #waiting: Commit[] = [];
  #working: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  commit(changes: readonly StoreChange[]): Promise<void> {
    const fixed = changes.map(fixedChange);
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ changes: fixed, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    // What is committed in this turn of the event loop goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#carryOut(this.#admit(this.#waiting.splice(0, BATCH_MAX)));
    this.#working = undefined;
  }

  /** Gives each commit its uploads; refuses those whose tokens there are not. */
  #admit(commits: readonly Commit[]): Admitted[] {
    const admitted: Admitted[] = [];
    for (const commit of commits) {
      const taken: Upload[] = [];
      try {
        admitted.push({ commit, changes: commit.changes.flatMap((change) => this.#withUpload(change, taken)) });
      } catch (cause) {
        for (const upload of taken) upload.state = 'sealed';
        commit.reject(cause);
      }
    }
    return admitted;
  }

  #withUpload(change: FixedChange, taken: Upload[]): Change[] {
    if (change.do !== 'keep' && change.do !== 'discard') return [change];
    const upload = this.#parts.uploads.sealed(change.token);
    if (upload?.state === 'sealed') {
      upload.state = 'taken';
      taken.push(upload);
      return change.do === 'keep' ? [{ do: 'keep', name: change.name, version: change.version, upload }] : [{ do: 'discard', upload }];
    }
    if (change.do === 'keep') throw noSuchToken(change.token);
    return [];
  }

  async #carryOut(admitted: readonly Admitted[]): Promise<void> {
    const { files, layout, kept, journal, folders } = this.#parts;
    const changes = admitted.flatMap((one) => one.changes);
    let moves = noMoves;
    try {
      for (const change of changes) if (change.do === 'keep') await putOnDisk(change.upload, files, layout);
      moves = planMoves(changes.filter(isBytesChange), kept, layout);
      await moveIn(moves.before, files, layout, folders);
      await this.#append(changes, async () => moveBack(moves.before, files));
    } catch (cause) {
      for (const change of changes) if ('upload' in change) change.upload.state = 'sealed';
      for (const { commit } of admitted) commit.reject(diskError(cause, 'commit'));
      return;
    }
    await moveOver(moves.after, files);
    for (const change of changes) this.#apply(change);
    for (const { commit } of admitted) commit.resolve();
    await tidyUp(moves, files);
    if (journal.isWorthRewriting()) await journal.beginRewrite(this.#everything());
  }

  async #append(changes: readonly Change[], undo: () => Promise<void>): Promise<void> {
    const entries = changes.flatMap(entryOf);
    if (entries.length === 0) return;
    try {
      await this.#parts.journal.append(entries);
    } catch (cause) {
      await undo();
      throw cause;
    }
  }

  #apply(change: Change): void {
    const { records, kept } = this.#parts;
    switch (change.do) {
      case 'put':
        return records.put(change.space, change.key, change.json);
      case 'delete':
        return records.delete(change.space, change.key);
      case 'drop':
        return kept.remove(change.name, change.version);
      case 'keep':
        kept.add(change.name, change.version, change.upload.size);
        break;
      case 'discard':
        break;
    }
    change.upload.end();
    void change.upload.release();
  }

  *#everything(): Generator<string> {
    for (const { space, key, json } of this.#parts.records.all()) yield entryText.put(space, key, json);
    for (const { name, version, size } of this.#parts.kept.all()) yield entryText.keep(name, version, size);
  }
}

function fixedChange(change: StoreChange): FixedChange {
  return change.do === 'put' ? { do: 'put', space: change.space, key: change.key, json: jsonOf(change.value) } : change;
}

function isBytesChange(change: Change): change is BytesChange {
  return change.do === 'keep' || change.do === 'drop' || change.do === 'discard';
}

function entryOf(change: Change): string[] {
  switch (change.do) {
    case 'put':
      return [entryText.put(change.space, change.key, change.json)];
    case 'delete':
      return [entryText.delete(change.space, change.key)];
    case 'keep':
      return [entryText.keep(change.name, change.version, change.upload.size)];
    case 'drop':
      return [entryText.drop(change.name, change.version)];
    case 'discard':
      return [];
  }
}
