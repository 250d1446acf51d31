import type { Input } from '../ring/index.js';
import type { Answered, NewRequest } from './node-face.js';

type Operated = { readonly ok: boolean; readonly message: string };

/** The requests that wait for the core's answer. */
export class Requests {
  readonly #feed: (input: Input) => void;
  readonly #answers = new Map<string, (answer: Answered) => void>();
  readonly #operations = new Map<string, (operated: Operated) => void>();
  #count = 0;

  constructor(feed: (input: Input) => void) {
    this.#feed = feed;
  }

  ask(request: NewRequest, signal: AbortSignal): Promise<Answered> {
    const ref = `r${++this.#count}`;
    return new Promise((resolve) => {
      const giveUp = (): void => {
        if (!this.#answers.delete(ref)) return;
        this.#feed({ type: 'cancel', ref });
        resolve({ type: 'failed', code: 'unavailable', message: 'the client went away' });
      };
      this.#answers.set(ref, (answer) => {
        signal.removeEventListener('abort', giveUp);
        resolve(answer);
      });
      signal.addEventListener('abort', giveUp, { once: true });
      this.#feed({ type: 'request', request: { ...request, ref } });
      if (signal.aborted) giveUp();
    });
  }

  operate(op: 'leave' | 'forget', nodeId: string): Promise<Operated> {
    const ref = `o${++this.#count}`;
    return new Promise((resolve) => {
      this.#operations.set(ref, resolve);
      this.#feed({ type: 'operate', ref, op, nodeId });
    });
  }

  answer(ref: string, answer: Answered): void {
    const resolve = this.#answers.get(ref);
    this.#answers.delete(ref);
    resolve?.(answer);
  }

  operated(ref: string, operated: Operated): void {
    const resolve = this.#operations.get(ref);
    this.#operations.delete(ref);
    resolve?.(operated);
  }

  get waiting(): number {
    return this.#answers.size;
  }

  /** Nobody will answer any more. */
  stop(): void {
    for (const ref of [...this.#answers.keys()]) this.answer(ref, { type: 'failed', code: 'stopping', message: 'the node is stopping' });
    for (const ref of [...this.#operations.keys()]) this.operated(ref, { ok: false, message: 'the node is stopping' });
  }
}
