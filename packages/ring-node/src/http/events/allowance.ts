/** So many in each second and no more: what is too much is counted. */
export class Allowance {
  #second = -1;
  #left = 0;
  #leftOut = 0;

  /** Whether there is room for one more in this second. */
  take(perSecond: number): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#left = perSecond;
    }
    if (this.#left > 0) {
      this.#left--;
      return true;
    }
    this.#leftOut++;
    return false;
  }

  /** How many there was no room for, since this was asked last. */
  takeLeftOut(): number {
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return leftOut;
  }
}
