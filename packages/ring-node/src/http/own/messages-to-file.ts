import { setTimeout as wait } from 'node:timers/promises';
import { Codes, LogFileError, MessageLog, MessagesFile, ServiceError } from '@coring/services';
import type { NodeFace } from '../../node/node-face.js';
import { StartError } from '../../node/start-error.js';
import { RingShelf } from './ring-shelf.js';

/** How often the log is looked through, in milliseconds, at most. */
const LOOK_EVERY_MS = 1_000;
/** What the ring cannot say within so many milliseconds it is asked again. */
const DEADLINE_MS = 2_000;
/** A log that is long to look through is so seldomer: at most this share of the time is spent on it. */
const SHARE_MAX = 1 / 20;

/** The ring's log of messages as a file of this machine. */
export class MessagesToFile {
  readonly #file: MessagesFile;
  readonly #ending = new AbortController();
  #following: Promise<void> | undefined;

  private constructor(file: MessagesFile) {
    this.#file = file;
  }

  /** @throws StartError `cannot-write` */
  static async open(file: string): Promise<MessagesToFile> {
    try {
      return new MessagesToFile(await MessagesFile.open(file));
    } catch (error) {
      throw error instanceof LogFileError ? new StartError('cannot-write', `--messages-log ${file}: ${error.message}`, { cause: error }) : error;
    }
  }

  /** Has the file follow the log, from now on. */
  follow(node: NodeFace): void {
    this.#following = this.#follow(node);
  }

  /** No more of it is begun. */
  end(): void {
    this.#ending.abort();
  }

  async close(): Promise<void> {
    this.end();
    await this.#following;
    this.#file.close();
  }

  async #follow(node: NodeFace): Promise<void> {
    const { signal } = this.#ending;
    const shelf = new RingShelf(node, DEADLINE_MS);
    const log = new MessageLog(shelf, new Codes(shelf));
    for (let tookMs = 0; ; ) {
      await wait(Math.max(LOOK_EVERY_MS, tookMs / SHARE_MAX), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const startMs = performance.now();
      await this.#file.write(log, node.log, signal).catch((error: unknown) => {
        // The ring cannot say just now what there is.
        if (error instanceof ServiceError) return;
        node.log.error({ err: error }, `messages are not written to their file: ${(error as Error).message}`);
      });
      tookMs = performance.now() - startMs;
    }
  }
}
