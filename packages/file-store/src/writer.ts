import type { Stamp } from '@coring/protocol';
import { diskError } from './error.js';
import type { Catalogue } from './index/catalogue.js';
import { type Key, keyOf } from './index/key.js';
import type { LargeFiles } from './large-files.js';
import { type Checked, checked, FrameBuilder } from './log/frame-builder.js';
import type { Log } from './log/log.js';
import { jsonOf } from './json.js';
import type { StoreChange } from './store.js';
import type { Upload } from './upload.js';
import { noSuchToken, type Uploads } from './uploads.js';

/** A change as it stood at the call: what the caller does to a value later has no effect. */
type Change =
  | { readonly do: 'put'; readonly space: string; readonly key: Key; readonly json: Checked }
  | { readonly do: 'delete'; readonly space: string; readonly key: Key }
  | { readonly do: 'keep'; readonly key: Key; readonly version: Stamp; readonly token: string }
  | { readonly do: 'drop'; readonly key: Key; readonly version: Stamp }
  | { readonly do: 'discard'; readonly token: string };

/** Something that waits for the log. */
interface Waiting {
  /** Writes itself into the frame, whole or, where it throws, not at all; gives the uploads that it takes. */
  readonly write: (frame: FrameBuilder) => readonly TakenUpload[];
  /** Whether it goes by what the catalogue has: what was committed before is to be in there. */
  readonly isLookedUp: boolean;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

interface TakenUpload {
  readonly upload: Upload;
  readonly isKept: boolean;
}

export interface WriterParts {
  readonly log: Log;
  readonly catalogue: Catalogue;
  readonly uploads: Uploads;
  readonly large: LargeFiles;
}

/** A frame takes no more commits when it has so many bytes: bounds how long one waits for the others that came with it. */
const FRAME_BYTES = 1024 * 1024;

/** Carries commits out, one frame at a time: all that came while the last frame was written. */
export class Writer {
  readonly #parts: WriterParts;
  #written: (bytes: number) => void = () => {};
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** Who is to be told how many bytes were appended to the log, when their changes are made. */
  onWritten(listener: (bytes: number) => void): void {
    this.#written = listener;
  }

  commit(changes: readonly StoreChange[]): Promise<void> {
    const fixed = changes.map(fixedChange);
    return this.#enqueue((frame) => this.#write(fixed, frame), false);
  }

  /** Has something written that is decided when its turn comes, after all that was committed before. */
  add(write: (frame: FrameBuilder) => void): Promise<void> {
    return this.#enqueue((frame) => {
      write(frame);
      return [];
    }, true);
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#working;
  }

  #enqueue(write: Waiting['write'], isLookedUp: boolean): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ write, isLookedUp, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  async #work(): Promise<void> {
    // What is committed in this turn of the event loop goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#writeFrame();
    this.#working = undefined;
  }

  async #writeFrame(): Promise<void> {
    const frame = new FrameBuilder();
    const taken: TakenUpload[] = [];
    const written: Waiting[] = [];
    let count = 0;
    while (count < this.#waiting.length && frame.length < FRAME_BYTES) {
      const one = this.#waiting[count]!;
      if (one.isLookedUp && !frame.isEmpty) break;
      count++;
      try {
        taken.push(...one.write(frame));
        written.push(one);
      } catch (cause) {
        one.reject(cause);
      }
    }
    this.#waiting.splice(0, count);
    try {
      const entries = frame.isEmpty ? [] : await this.#parts.log.append(frame);
      for (const entry of entries) this.#removeUnneeded(this.#parts.catalogue.apply(entry));
    } catch (cause) {
      const error = diskError(cause, 'commit');
      // What a disk that failed has of the frame shows at the next start: what is kept by it then must be there.
      if (error.code === 'disk-full') for (const { upload } of taken) upload.state = 'sealed';
      for (const { reject } of written) reject(error);
      return;
    }
    for (const { upload, isKept } of taken) {
      void upload.end();
      if (!isKept) this.#removeUnneeded(upload.file);
    }
    for (const { resolve } of written) resolve();
    if (!frame.isEmpty) this.#written(frame.length);
  }

  #removeUnneeded(file: number | undefined): void {
    if (file !== undefined) this.#parts.large.removeLater(file);
  }

  #write(changes: readonly Change[], frame: FrameBuilder): TakenUpload[] {
    const uploads = this.#takeUploads(changes);
    for (const change of changes) {
      if (change.do === 'put') frame.put(change.space, change.key, change.json);
      else if (change.do === 'delete') frame.delete(change.space, change.key);
      else if (change.do === 'drop') frame.drop(change.key, change.version);
      else if (change.do === 'keep') writeKept(change.key, change.version, uploads.get(change)!.upload, frame);
    }
    return [...uploads.values()];
  }

  /** @throws StoreError `no-such-token` where a token to keep is not that of a sealed upload, or twice the same: nothing is taken then */
  #takeUploads(changes: readonly Change[]): Map<Change, TakenUpload> {
    const taken = new Map<Change, TakenUpload>();
    for (const change of changes) {
      if (change.do !== 'keep' && change.do !== 'discard') continue;
      const upload = this.#parts.uploads.find(change.token);
      if (upload?.state === 'sealed') {
        upload.state = 'taken';
        taken.set(change, { upload, isKept: change.do === 'keep' });
      } else if (change.do === 'keep') {
        for (const one of taken.values()) one.upload.state = 'sealed';
        throw noSuchToken(change.token);
      }
    }
    return taken;
  }
}

function writeKept(key: Key, version: Stamp, upload: Upload, frame: FrameBuilder): void {
  if (upload.file === undefined) frame.keepSmall(key, version, checked(upload.bytes));
  else frame.keepLarge(key, version, upload.size, upload.file);
}

function fixedChange(change: StoreChange): Change {
  switch (change.do) {
    case 'put':
      return { do: 'put', space: change.space, key: keyOf(change.key), json: checked(Buffer.from(jsonOf(change.value))) };
    case 'delete':
      return { do: 'delete', space: change.space, key: keyOf(change.key) };
    case 'keep':
      return { do: 'keep', key: keyOf(change.name), version: change.version, token: change.token };
    case 'drop':
      return { do: 'drop', key: keyOf(change.name), version: change.version };
    case 'discard':
      return change;
  }
}
