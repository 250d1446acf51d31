import type { Duplex } from 'node:stream';
import { Conversation, type ConversationOptions } from './conversation.js';
import { inTime } from './patience.js';
import { checkInterrupted, TalkError } from './talk-error.js';

export interface WaitOptions {
  /** How long a client is waited for, in milliseconds. Default: for ever. */
  readonly waitMs?: number;
  /** Waits again when the time is over, until the signal ends it, or returns. */
  readonly retry?: boolean;
  /** Hears of each time that none came. */
  readonly onNone?: () => void;
  /** The flag of a program that is to shut down. */
  readonly signal?: AbortSignal;
}

/** Clients that have come wait here to be asked in, one after the other: the end of a server. Whoever listens hands their connections to `stream`. */
export class Reception {
  readonly #options: ConversationOptions;
  readonly #waiting: Conversation[] = [];
  #onCome: () => void = () => undefined;

  /** Of every conversation. */
  constructor(options: ConversationOptions = {}) {
    this.#options = options;
  }

  /** Takes a connection that is half-open. `peer`: who it is. */
  readonly stream = (connection: Duplex, peer: string): void => {
    this.#waiting.push(new Conversation(connection, peer, this.#options));
    this.#onCome();
  };

  /** The next client, for one who asks at a time. @throws TalkError `no-client`; `interrupted` */
  async next({ waitMs = Infinity, retry = false, onNone, signal }: WaitOptions = {}): Promise<Conversation> {
    for (;;) {
      checkInterrupted(signal);
      const client = this.#waiting.shift();
      if (client !== undefined) return client;
      try {
        await this.#come(waitMs, signal);
      } catch (error) {
        onNone?.();
        if (!retry) throw error;
      }
    }
  }

  /** Cuts those that still wait. */
  close(): void {
    for (const client of this.#waiting.splice(0)) client.cut();
  }

  /** Resolves when somebody comes, or the signal aborts. */
  async #come(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    let onAbort: () => void = () => undefined;
    const come = new Promise<void>((resolve) => {
      this.#onCome = onAbort = resolve;
      signal?.addEventListener('abort', onAbort, { once: true });
    });
    try {
      await inTime(come, waitMs, (ms) => new TalkError('no-client', `no client came within ${ms / 1000} s`));
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
