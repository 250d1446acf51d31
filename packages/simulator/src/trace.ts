/** Collects the readable lines of a run; without a listener it costs next to nothing. */
export class Trace {
  /** Node ids in the lines are written as the nodes' names. */
  readonly #names: [id: string, name: string][] = [];

  constructor(readonly listener: ((line: string) => void) | undefined) {}

  get isOn(): boolean {
    return this.listener !== undefined;
  }

  call(nodeId: string, name: string): void {
    this.#names.push([nodeId, name]);
  }

  /** What happened is put into words only where somebody listens. */
  line(atMs: number, who: string, what: () => string): void {
    if (this.listener === undefined) return;
    let text = what();
    for (const [id, name] of this.#names) text = text.replaceAll(id, name);
    this.listener(`${atMs.toFixed(2).padStart(10)} ${who.padEnd(4)} ${text}`);
  }
}
