/** A link that holds what is sent over it, one way. */
export interface Clog {
  readonly from: string;
  readonly to: string;
}

/** Links that are clogged: what comes over them waits, and arrives all at once, in its order, when they are free again. */
export class Clogs {
  readonly #clogs = new Set<Clog>();
  readonly #held = new Map<string, (() => void)[]>();

  isClogged(from: string, to: string): boolean {
    return [...this.#clogs].some((clog) => clog.from === from && clog.to === to);
  }

  clog(clog: Clog): void {
    this.#clogs.add(clog);
  }

  /** Where the link is clogged twice it is free when both have ended. */
  free(clog: Clog): void {
    if (this.#clogs.delete(clog) && !this.isClogged(clog.from, clog.to)) this.#release(`${clog.from}>${clog.to}`);
  }

  freeAll(): void {
    for (const clog of [...this.#clogs]) this.free(clog);
  }

  /** Something arrives: now, or when the link is free. */
  pass(from: string, to: string, arrive: () => void): void {
    if (!this.isClogged(from, to)) return arrive();
    const way = `${from}>${to}`;
    const held = this.#held.get(way) ?? [];
    held.push(arrive);
    this.#held.set(way, held);
  }

  #release(way: string): void {
    const held = this.#held.get(way) ?? [];
    this.#held.delete(way);
    for (const arrive of held) arrive();
  }
}
