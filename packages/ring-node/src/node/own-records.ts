import type { Store } from '@coring/file-store';

const SPACE = 'own';

/** Small JSON values that a node keeps for itself, durably: they are in no ring and go nowhere. */
export class OwnRecords {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  read(key: string): Promise<unknown> {
    return this.#store.get(SPACE, key);
  }

  /** @throws StoreError `disk-full`, `disk-failed` */
  async write(key: string, value: unknown): Promise<void> {
    await this.#store.commit([{ do: 'put', space: SPACE, key, value }]);
  }
}
