import { setTimeout as wait } from 'node:timers/promises';
import { Codes, LogFileError, MessageLog, MessagesFile, ServiceError } from '@coring/services';
import type { NodeFace } from '../../node/node-face.js';
import { StartError } from '../../node/start-error.js';
import { httpDefaults } from '../http-options.js';
import { RingShelf } from './ring-shelf.js';

/** How often the log is looked through, in milliseconds, at most. */
const LOOK_EVERY_MS = 1_000;
/** A log that takes long to be looked through is so seldomer: it may take this share of the time. */
const SHARE_MAX = 1 / 20;
/** But never seldomer than so, in milliseconds. */
const LOOK_EVERY_MS_MAX = 5_000;
/** At the end what is under way is waited for so long, in milliseconds: the next start goes on with it. */
const ENDING_MS = 500;

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
    await Promise.race([this.#following, wait(ENDING_MS)]);
    this.#file.close();
  }

  async #follow(node: NodeFace): Promise<void> {
    const { signal } = this.#ending;
    const shelf = new RingShelf(node, httpDefaults.deadlineMs);
    const log = new MessageLog(shelf, new Codes(shelf));
    for (let tookMs = 0; ; ) {
      await wait(Math.min(LOOK_EVERY_MS_MAX, Math.max(LOOK_EVERY_MS, tookMs / SHARE_MAX)), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        const startMs = performance.now();
        const { entries } = await log.entries();
        tookMs = performance.now() - startMs;
        if (!signal.aborted) await this.#file.write(entries, log, node.log, signal);
      } catch (error) {
        // The ring cannot say just now what there is.
        if (!(error instanceof ServiceError)) node.log.error({ err: error }, `messages are not written to their file: ${(error as Error).message}`);
      }
    }
  }
}
