/** A value that is not always there: who asks while it is not waits until it is. */
export class Later<T> {
  #resolve: (value: T) => void = () => {};
  #value: Promise<T> = this.#pending();

  get(): Promise<T> {
    return this.#value;
  }

  set(value: T): void {
    this.#resolve(value);
    this.#value = Promise.resolve(value);
  }

  clear(): void {
    this.#value = this.#pending();
  }

  #pending(): Promise<T> {
    return new Promise((resolve) => (this.#resolve = resolve));
  }
}
