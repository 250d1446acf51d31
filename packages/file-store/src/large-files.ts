import { openContent } from './content.js';
import { diskError } from './error.js';
import { type Files, type OpenFile, unlessCode } from './files.js';
import { type Layout, largePath } from './layout.js';
import type { Readable } from 'node:stream';

/** Contents in files of their own, under numbers that are given once. */
export class LargeFiles {
  readonly #files: Files;
  readonly #layout: Layout;
  #last: number;
  #syncing: Promise<void> | undefined;
  readonly #removals = new Set<Promise<void>>();

  /** `last` is the highest number that is or was in use. */
  constructor(files: Files, layout: Layout, last: number) {
    this.#files = files;
    this.#layout = layout;
    this.#last = last;
  }

  async create(): Promise<{ readonly number: number; readonly file: OpenFile }> {
    const number = ++this.#last;
    return { number, file: await this.#files.open(largePath(this.#layout, number), 'create') };
  }

  /** Makes the entries of all files created so far durable. Calls made while one waits share its sync. */
  sync(): Promise<void> {
    this.#syncing ??= Promise.resolve().then(() => {
      this.#syncing = undefined;
      return this.#files.syncFolder(this.#layout.large);
    });
    return this.#syncing;
  }

  /** @throws StoreError `damaged` where there is no such file, `disk-failed` */
  open(number: number, size: number, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    return openContent(this.#files, largePath(this.#layout, number), size, range);
  }

  async remove(number: number): Promise<void> {
    await this.#files.remove(largePath(this.#layout, number)).catch(unlessCode('ENOENT')).catch((cause: unknown) => {
      throw diskError(cause, 'remove a large file');
    });
  }

  /** In the background: what stays, after a crash or a failure, is swept at the next start. */
  removeLater(number: number): void {
    const removal = this.remove(number)
      .catch(() => {})
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  /** Resolves when all removals are done. */
  async idle(): Promise<void> {
    await Promise.all(this.#removals);
  }
}
