import { formatStamp, type Message, type Stamp } from '@coring/protocol';

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

/** Fields of the envelope that say little about what happens. */
const dull = new Set(['v', 'from', 'to', 'ringId', 'clock', 'rosterDigest', 'incarnation', 'type']);

/** A message or event on one line: its type first, stamps short, without what every message has. */
export function briefly(what: Message | { readonly type: string }): string {
  const isMessage = 'rosterDigest' in what;
  const text = JSON.stringify(what, (key, value: unknown) => {
    if (isStamp(value)) return formatStamp(value);
    if (Array.isArray(value) && value.length === 0) return undefined;
    return isMessage && dull.has(key) ? undefined : value;
  });
  return isMessage ? `${what.type} ${text}` : text;
}

function isStamp(value: unknown): value is Stamp {
  return typeof value === 'object' && value !== null && 'time' in value && 'node' in value;
}
