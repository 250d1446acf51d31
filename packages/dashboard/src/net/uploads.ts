import { bytesInWords, type ListedFile, nameFault } from '@coring/protocol';
import { Failure, failureInWords, remedyFor } from '../model/failure.js';
import type { Receipt } from '../model/receipt.js';
import { freshKey, findFile } from './files.js';
import type { Dropped } from './dropped.js';
import { send } from './upload.js';
import { Questions } from './questions.js';
import { baseOf } from './address.js';

/** Uploads under way at once: browsers open six connections to a node. */
const AT_ONCE = 3;
/** Sendings of one file before it is given up, and the pause before the first of them is repeated, in milliseconds. */
const TRIES_MAX = 10;
const PAUSE_MS = 400;

export interface Upload {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly state: 'waiting' | 'asking' | 'sending' | 'done' | 'failed' | 'cancelled' | 'left';
  readonly sentBytes: number;
  /** Bytes a second, over the last moments. */
  readonly speed: number;
  /** The node that it goes to. */
  readonly to: string;
  /** What went wrong on the way, or at last. */
  readonly note: string;
  readonly receipt?: Receipt | undefined;
}

interface Job {
  readonly file: File;
  readonly key: string;
  readonly abort: AbortController;
  upload: Upload;
}

interface Surroundings {
  readonly home: string;
  /** The node to send to, then those that are left when it fails. */
  nodes(): readonly string[];
  onChange(): void;
  onEnd(upload: Upload): void;
}

/** Sends files, a few at once; where a node dies, on to another one; where there is such a file already, asks first. */
export class Uploads {
  readonly #jobs: Job[] = [];
  #running = 0;
  #lastId = 0;
  readonly questions: Questions;

  constructor(private readonly surroundings: Surroundings) {
    this.questions = new Questions(() => surroundings.onChange());
  }

  get list(): readonly Upload[] {
    return this.#jobs.map(({ upload }) => upload);
  }

  add(dropped: readonly Dropped[]): void {
    for (const { name, file, fault = nameFault(name) } of dropped) {
      const upload: Upload = { id: ++this.#lastId, name, size: file.size, state: 'waiting', sentBytes: 0, speed: 0, to: '', note: '' };
      const job = { file, key: freshKey(), abort: new AbortController(), upload };
      this.#jobs.push(job);
      if (fault !== undefined) this.#end(job, { state: 'failed', note: fault });
    }
    this.#changed();
    this.#next();
  }

  cancel(id: number): void {
    const job = this.#jobs.find(({ upload }) => upload.id === id);
    if (job === undefined || isOver(job.upload)) return;
    job.abort.abort();
    if (job.upload.state === 'waiting') this.#end(job, { state: 'cancelled' });
  }

  /** Takes what is over from the list. */
  clear(): void {
    this.#jobs.splice(0, this.#jobs.length, ...this.#jobs.filter(({ upload }) => !isOver(upload)));
    this.#changed();
  }

  #next(): void {
    while (this.#running < AT_ONCE) {
      const job = this.#jobs.find(({ upload }) => upload.state === 'waiting');
      if (job === undefined) return;
      this.#running++;
      this.#set(job, { state: 'asking' });
      void this.#carry(job).finally(() => {
        this.#running--;
        this.#next();
      });
    }
  }

  async #carry(job: Job): Promise<void> {
    const { name } = job.upload;
    try {
      for (;;) {
        const found = await this.#tryNodes(job, (base) => findFile(base, name));
        if (found !== undefined && !(await this.#mayReplace(job, found))) return this.#end(job, { state: 'left' });
        const receipt = await this.#tryNodes(job, (base) => this.#send(job, base, found?.etag)).catch((error: unknown) => {
          // Somebody was faster: there is such a file now, or another one.
          if (error instanceof Failure && remedyFor(error) === 'ask') return 'ask' as const;
          throw error;
        });
        if (receipt !== 'ask') return this.#end(job, { state: 'done', sentBytes: job.file.size, receipt });
      }
    } catch (error) {
      if (job.abort.signal.aborted) return this.#end(job, { state: 'cancelled', note: '' });
      this.#end(job, { state: 'failed', note: failureInWords(error, job.upload.to) });
    }
  }

  async #mayReplace(job: Job, there: ListedFile): Promise<boolean> {
    this.#set(job, { state: 'asking' });
    return (await this.questions.ask({ name: there.name, there, size: job.file.size }, job.abort.signal)) === 'replace';
  }

  /** Asks one node after the other until one answers. */
  async #tryNodes<T>(job: Job, once: (base: string) => Promise<T>): Promise<T> {
    let lost: string | undefined;
    for (let tries = 1; ; tries++) {
      const nodes = this.surroundings.nodes();
      const to = nodes.find((address) => address !== lost) ?? nodes[0] ?? this.surroundings.home;
      if (lost !== undefined) this.#set(job, { note: `${job.upload.note}: ${to === lost ? 'sent once more' : `sent again, to ${to}`}` });
      this.#set(job, { to });
      try {
        return await once(baseOf(to, this.surroundings.home));
      } catch (error) {
        job.abort.signal.throwIfAborted();
        if (!(error instanceof Failure) || remedyFor(error) !== 'elsewhere' || tries >= TRIES_MAX) throw error;
        this.#set(job, { note: failureInWords(error, to), speed: 0 });
        lost = to;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * Math.min(tries, 8)));
        job.abort.signal.throwIfAborted();
      }
    }
  }

  async #send(job: Job, base: string, replaces: string | undefined): Promise<Receipt | undefined> {
    this.#set(job, { state: 'sending', sentBytes: 0 });
    let [fromMs, fromBytes, speed] = [performance.now(), 0, 0];
    const onProgress = (sentBytes: number): void => {
      const nowMs = performance.now();
      if (nowMs - fromMs > 500) {
        const latest = ((sentBytes - fromBytes) * 1000) / (nowMs - fromMs);
        speed = speed === 0 ? latest : speed * 0.7 + latest * 0.3;
        [fromMs, fromBytes] = [nowMs, sentBytes];
      }
      this.#set(job, { sentBytes: Math.min(sentBytes, job.file.size), speed });
    };
    const { name } = job.upload;
    return send({ base, name, file: job.file, key: job.key, signal: job.abort.signal, onProgress, replaces });
  }

  #end(job: Job, end: Partial<Upload>): void {
    this.#set(job, { speed: 0, ...end });
    this.surroundings.onEnd(job.upload);
  }

  #set(job: Job, change: Partial<Upload>): void {
    job.upload = { ...job.upload, ...change };
    this.#changed();
  }

  #changed(): void {
    this.surroundings.onChange();
  }
}

export function isOver({ state }: Upload): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled' || state === 'left';
}

/** What is said of an upload, beside its name. */
export function uploadInWords({ state, size, sentBytes, speed, to, note, receipt }: Upload): string {
  switch (state) {
    case 'waiting':
      return `${bytesInWords(size)}, waiting`;
    case 'asking':
      return `${bytesInWords(size)}, asking`;
    case 'sending': {
      if (sentBytes >= size && size > 0) return `all sent to ${to}: copies are being made`;
      const left = speed > 0 ? `, ${bytesInWords(speed)}/s, ${Math.ceil((size - sentBytes) / speed)} s left` : '';
      return `${bytesInWords(sentBytes)} of ${bytesInWords(size)} to ${to}${left}`;
    }
    case 'done':
      return receipt === undefined ? 'stored' : `stored, ${receipt.copies}/${receipt.wanted} copies, ${receipt.grade}`;
    case 'failed':
      return `not stored: ${note}`;
    case 'cancelled':
      return 'cancelled';
    case 'left':
      return 'not sent: the file that is there stays';
  }
}
