import { type Opened, type Store, StoreError } from '@coring/file-store';
import type { Stamp } from '@coring/protocol';
import type { Log } from './log.js';

type Range = Parameters<Store['read']>[1];

/** Reads bytes that this node keeps, and notices where the disk does not give what was kept. */
export class KeptBytes {
  readonly #store: Store;
  readonly #onDamaged: (name: string, version: Stamp) => void;
  readonly #log: Log;

  constructor(store: Store, onDamaged: (name: string, version: Stamp) => void, log: Log) {
    this.#store = store;
    this.#onDamaged = onDamaged;
    this.#log = log;
  }

  /** Undefined where they are not here, or cannot be read. */
  async read(name: string, version: Stamp, range?: Range): Promise<Opened | undefined> {
    try {
      const opened = await this.#store.read({ name, version }, range);
      if (opened !== undefined && opened.bytes === undefined) opened.stream.once('error', (cause) => this.#look(name, version, cause));
      return opened;
    } catch (cause) {
      this.#look(name, version, cause);
      return undefined;
    }
  }

  /** They were read, and are not those of the version. */
  isWrong(name: string, version: Stamp): void {
    this.#log.warn({ file: name }, 'kept bytes have another digest than their version');
    this.#onDamaged(name, version);
  }

  #look(name: string, version: Stamp, cause: unknown): void {
    if (!(cause instanceof StoreError)) return;
    this.#log.warn({ err: cause, file: name }, 'kept bytes cannot be read');
    if (isDamage(cause)) this.#onDamaged(name, version);
  }
}

/** Whether the bytes themselves are to blame: a process may also be short of files or memory, and read them later. */
function isDamage({ code, cause }: StoreError): boolean {
  return code === 'damaged' || (code === 'disk-failed' && (cause as NodeJS.ErrnoException | undefined)?.code === 'EIO');
}
