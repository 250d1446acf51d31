import type { Store } from '@coring/file-store';

const SPACE = 'own';

/** Small JSON values that a node keeps for itself, durably: they go nowhere, and are those of the ring that it is in. What it kept of one that it has left is not read again. */
export class OwnRecords {
  readonly #store: Store;
  readonly #ringId: () => string | undefined;

  constructor(store: Store, ringId: () => string | undefined) {
    this.#store = store;
    this.#ringId = ringId;
  }

  read(key: string): Promise<unknown> {
    return this.#store.get(SPACE, this.#placeOf(key));
  }

  /** @throws StoreError `disk-full`, `disk-failed` */
  async write(key: string, value: unknown): Promise<void> {
    await this.#store.commit([{ do: 'put', space: SPACE, key: this.#placeOf(key), value }]);
  }

  #placeOf(key: string): string {
    return `${this.#ringId() ?? ''} ${key}`;
  }
}
