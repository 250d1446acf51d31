/** Values by key, of bounded weight together: the oldest go first, however often they were asked for. */
export class BoundedMemory<Key, Value> {
  readonly #weightMax: number;
  readonly #weightOf: (value: Value) => number;
  readonly #values = new Map<Key, Value>();
  #weight = 0;

  /** `weightOf` gives a value the same weight whenever it is asked. */
  constructor(weightMax: number, weightOf: (value: Value) => number) {
    this.#weightMax = weightMax;
    this.#weightOf = weightOf;
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key);
  }

  /** In the place of an earlier one, if there is one: it is the newest now. */
  set(key: Key, value: Value): void {
    this.#forget(key);
    this.#values.set(key, value);
    this.#weight += this.#weightOf(value);
    for (const oldest of this.#values.keys()) {
      if (this.#weight <= this.#weightMax) return;
      this.#forget(oldest);
    }
  }

  #forget(key: Key): void {
    const value = this.#values.get(key);
    if (value === undefined) return;
    this.#values.delete(key);
    this.#weight -= this.#weightOf(value);
  }
}
