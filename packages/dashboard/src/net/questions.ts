import type { ListedFile } from '@coring/protocol';

export type Answer = 'replace' | 'leave';

/** There is a file of that name already. */
export interface Question {
  readonly name: string;
  readonly there: ListedFile;
  /** Of what would take its place, in bytes. */
  readonly size: number;
}

interface Asked {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
}

/** Asks one question after the other; an answer may stand for all that wait. */
export class Questions {
  readonly #waiting: Asked[] = [];
  /** The answer that stands for all until none waits. */
  #forAll: Answer | undefined;

  constructor(private readonly onChange: () => void) {}

  /** The one to be asked now, and how many wait behind it. */
  get now(): { readonly question: Question; readonly behind: number } | undefined {
    const [first] = this.#waiting;
    return first === undefined ? undefined : { question: first.question, behind: this.#waiting.length - 1 };
  }

  ask(question: Question, signal: AbortSignal): Promise<Answer> {
    if (this.#forAll !== undefined) return Promise.resolve(this.#forAll);
    return new Promise((resolve, reject) => {
      const asked: Asked = { question, resolve };
      this.#waiting.push(asked);
      signal.addEventListener('abort', () => {
        const at = this.#waiting.indexOf(asked);
        if (at !== -1) this.#waiting.splice(at, 1);
        this.onChange();
        reject(signal.reason as Error);
      });
      this.onChange();
    });
  }

  /** Answers the one that is asked; `all`: those too that come until the uploads are over. */
  answer(answer: Answer, all: boolean): void {
    if (all) this.#forAll = answer;
    const answered = all ? this.#waiting.splice(0) : this.#waiting.splice(0, 1);
    for (const { resolve } of answered) resolve(answer);
    this.onChange();
  }

  /** Nothing is left to do: the next files are asked about anew. */
  forget(): void {
    this.#forAll = undefined;
  }
}
