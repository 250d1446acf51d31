import { createReadStream } from 'node:fs';
import { alone, append, cutTornLine, generations, LogFileError } from '@coring/log-file';
import { idOf, type MessageLog } from './message-log.js';
import type { ServiceLog } from './service.js';
import type { Listed } from './shelf.js';

/** Before the file grows beyond so many bytes it is turned over. */
const FILE_BYTES_MAX = 16 * 2 ** 20;
/** So many characters go out in one write. */
const WRITE_LENGTH = 16 * 1024;

/** How each line begins. */
const beginning = '{"time":"';
/** `{time, id, …}`, as the log shows it; `note` where it is none of the log's messages. */
const soundLine = /^\{"time":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)",(?:"id":"([0-9a-f]{32})",)?("note":)?.*\}$/;

/**
 * A local file with every message of the log, each once, a line each as the log shows them, in its order; what came into the log behind its time
 * comes when it is found. The file itself says how far it is, so that it goes on there after a restart.
 */
export class MessagesFile {
  readonly #file: string;
  readonly #bytesMax: number;
  readonly #letGo: () => void;
  /** Ids of all messages that are in the files, or were. */
  readonly #written: Set<string>;
  /** Up to here everything was written that is in no file any more. */
  readonly #horizon: Place | undefined;
  /** The last of all that was written, in the order of the log. */
  #last: Place | undefined;
  /** The last one that was new when it was looked before. What is behind it waits for the next look: others may still come in before it. */
  #settled: Place | undefined;
  /** Since when, and why, it cannot be written. */
  #trouble: { readonly since: string; readonly why: string } | undefined;

  private constructor(file: string, bytesMax: number, letGo: () => void, { ids, horizon, last }: Found) {
    this.#file = file;
    this.#bytesMax = bytesMax;
    this.#letGo = letGo;
    this.#written = ids;
    this.#horizon = horizon;
    this.#last = last;
  }

  /** @throws LogFileError also where the file is there and no log of messages */
  static async open(file: string, bytesMax = FILE_BYTES_MAX): Promise<MessagesFile> {
    const letGo = await alone(file);
    try {
      return new MessagesFile(file, bytesMax, letGo, await findWritten(file));
    } catch (error) {
      letGo();
      throw error;
    }
  }

  close(): void {
    this.#letGo();
  }

  /**
   * Writes what the files lack of these, all entries of the log, until the signal says that the rest may wait. Where that cannot be done it is told, once,
   * and done later.
   */
  async write(entries: readonly Listed[], log: MessageLog, serviceLog: ServiceLog, signal?: AbortSignal): Promise<void> {
    const missing = entries.filter((entry) => this.#lacks(entry));
    const ripe = missing.filter((entry) => this.#settled !== undefined && !isBehind(placeOf(entry), this.#settled));
    const newest = missing.at(-1);
    this.#settled = newest && placeOf(newest);
    if (ripe.length === 0) return;
    try {
      await this.#append(log, ripe, signal);
    } catch (error) {
      if (!(error instanceof LogFileError)) throw error;
      if (this.#trouble === undefined) serviceLog.warn({ file: this.#file, err: error }, `${this.#file}: ${error.message}; the ring keeps the messages, and they are written when that can be done`);
      this.#trouble ??= { since: new Date().toISOString(), why: (error.cause as NodeJS.ErrnoException | undefined)?.code ?? error.message };
      return;
    }
    if (this.#trouble !== undefined) serviceLog.info({ file: this.#file }, `${this.#file} is written again, and lacks nothing`);
    this.#trouble = undefined;
  }

  #lacks(entry: Listed): boolean {
    return !this.#written.has(idOf(entry)) && (this.#horizon === undefined || isBehind(placeOf(entry), this.#horizon));
  }

  async #append(log: MessageLog, entries: readonly Listed[], signal: AbortSignal | undefined): Promise<void> {
    // A part of a line may have stayed that could not be taken back.
    if (this.#trouble !== undefined) await cutTornLine(this.#file);
    let [lines, waiting]: [string, Listed[]] = [this.#excuse(), []];
    const flush = async (): Promise<void> => {
      if (waiting.length === 0) return;
      await append(this.#file, lines, { bytesMax: this.#bytesMax, begin: this.#begin() });
      for (const entry of waiting) {
        this.#written.add(idOf(entry));
        if (this.#last === undefined || isBehind(placeOf(entry), this.#last)) this.#last = placeOf(entry);
      }
      [lines, waiting] = ['', []];
    };
    let i = 0;
    for await (const { text, isThere } of log.lines(entries)) {
      if (signal?.aborted === true) break;
      const entry = entries[i++]!;
      // It comes when it can be read.
      if (!isThere) continue;
      lines += `${text}\n`;
      waiting.push(entry);
      if (lines.length >= Math.min(WRITE_LENGTH, this.#bytesMax / 8)) await flush();
    }
    await flush();
  }

  /** What a new file says first of those before it, which may be gone when it is read again. */
  #begin(): string {
    if (this.#last === undefined) return '';
    const { time, id } = this.#last;
    return `${JSON.stringify({ time, id, note: 'all messages up to this one were written before' })}\n`;
  }

  /** Why what follows was not there earlier. */
  #excuse(): string {
    if (this.#trouble === undefined) return '';
    const { since, why } = this.#trouble;
    return `${JSON.stringify({ time: new Date().toISOString(), note: `nothing could be written from ${since} on (${why}): what follows comes late` })}\n`;
  }
}

/** Where a message is in the order of the log. */
interface Place {
  readonly time: string;
  readonly id: string;
}

interface Found {
  readonly ids: Set<string>;
  readonly horizon?: Place;
  readonly last?: Place;
}

function placeOf(entry: Listed): Place {
  return { time: new Date(entry.timeMs).toISOString(), id: idOf(entry) };
}

function isBehind(one: Place, other: Place): boolean {
  return one.time === other.time ? one.id > other.id : one.time > other.time;
}

/** What is in the files that are there. The oldest says in its first line what came before it. @throws LogFileError */
async function findWritten(file: string): Promise<Found> {
  // Shows whether it can be written; what is somebody else's is not touched.
  await append(file, '');
  for await (const line of linesOf(file)) {
    if (!beginning.startsWith(line.slice(0, beginning.length))) throw new LogFileError('cannot-write', `the log cannot be written: ${file} is there, and is no log of messages`);
    break;
  }
  await cutTornLine(file);
  const ids = new Set<string>();
  let [isFirst, horizon, last]: [boolean, Place | undefined, Place | undefined] = [true, undefined, undefined];
  for (const name of generations(file)) {
    for await (const line of linesOf(name)) {
      // One that a crash has damaged counts as not written.
      const [, time, id, note] = soundLine.exec(line) ?? [];
      if (time !== undefined && id !== undefined) {
        ids.add(id);
        const place = { time, id };
        if (isFirst && note !== undefined) horizon = place;
        if (last === undefined || isBehind(place, last)) last = place;
      }
      isFirst = false;
    }
  }
  return { ids, ...(horizon && { horizon }), ...(last && { last }) };
}

/** None where there is no file. The bytes of each, a character for a byte: what is looked for in them is ASCII. */
async function* linesOf(file: string): AsyncGenerator<string, void, undefined> {
  let rest = '';
  try {
    for await (const piece of createReadStream(file, { encoding: 'latin1' })) {
      const lines = (rest + (piece as string)).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new LogFileError('cannot-write', `the log cannot be written: ${(error as Error).message}`, { cause: error });
  }
  if (rest !== '') yield rest;
}
