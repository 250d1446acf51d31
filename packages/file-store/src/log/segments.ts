import { join } from 'node:path';
import { type Files, type OpenFile, unlessCode } from '../files.js';
import { SEGMENT_HEADER_BYTES, segmentHeader } from './segment-header.js';

/** Segments open for reading at a time. */
const OPEN_MAX = 64;
/** Written at a time where room is made. */
const ZEROS = Buffer.alloc(256 * 1024);

interface Reading {
  readonly file: Promise<OpenFile>;
  /** Who reads at this moment, and the table of open segments. The last one closes the file: not under a read. */
  users: number;
}

/** The files that the log consists of, one for each segment. */
export class Segments {
  readonly #files: Files;
  readonly #folder: string;
  readonly #nodeId: string;
  /** The least lately used first. */
  readonly #open = new Map<number, Reading>();
  /** Those that are open to be written to. */
  readonly #written = new Set<OpenFile>();

  constructor(files: Files, folder: string, nodeId: string) {
    this.#files = files;
    this.#folder = folder;
    this.#nodeId = nodeId;
  }

  /** Numbers of those there are, in order. */
  async list(): Promise<number[]> {
    const names = await this.#files.list(this.#folder);
    return names.filter((name) => /^[0-9a-f]{8}$/.test(name)).map((name) => Number.parseInt(name, 16)).sort((a, b) => a - b);
  }

  /** Makes a segment, durably, with room for `length` bytes in all; gives it ready for durable writes. */
  async create(number: number, length: number): Promise<OpenFile> {
    const path = this.#path(number);
    await this.#files.remove(path).catch(unlessCode('ENOENT'));
    const file = await this.#files.open(path, 'create');
    try {
      await file.write(0, segmentHeader(number, this.#nodeId));
      await writeZeros(file, SEGMENT_HEADER_BYTES, length);
      await file.sync();
      await this.#files.syncFolder(this.#folder);
    } catch (cause) {
      await file.close();
      await this.#files.remove(path).catch(() => {});
      throw cause;
    }
    await file.close();
    return this.openToWrite(number);
  }

  /** Writes to it are durable when they resolve. */
  async openToWrite(number: number): Promise<OpenFile> {
    const file = await this.#files.open(this.#path(number), 'durable');
    const close = (): Promise<void> => {
      this.#written.delete(written);
      return file.close();
    };
    const written: OpenFile = { ...file, close };
    this.#written.add(written);
    return written;
  }

  /** Fewer bytes than asked for at the end of the file. */
  read(number: number, offset: number, length: number): Promise<Buffer> {
    return this.#with(number, (file) => file.read(offset, length));
  }

  size(number: number): Promise<number> {
    return this.#with(number, (file) => file.size());
  }

  async remove(number: number): Promise<void> {
    await this.#files.remove(this.#path(number)).catch(unlessCode('ENOENT'));
    await this.#letGo(number);
  }

  /** Leaves nothing behind `length`, durably. */
  async cut(number: number, length: number): Promise<void> {
    const file = await this.#files.open(this.#path(number), 'update');
    try {
      await file.truncate(length);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Closes all that is open, also where the disk fails at one of them. */
  async close(): Promise<void> {
    const closing = [...Array.from(this.#open.keys(), (number) => this.#letGo(number)), ...Array.from(this.#written, (file) => file.close())];
    await Promise.all(closing);
  }

  async #with<Got>(number: number, use: (file: OpenFile) => Promise<Got>): Promise<Got> {
    const reading = this.#open.get(number) ?? { file: this.#files.open(this.#path(number), 'read'), users: 1 };
    this.#open.delete(number);
    this.#open.set(number, reading);
    reading.users++;
    try {
      return await use(await reading.file);
    } catch (cause) {
      // One that could not be opened is tried anew the next time.
      await this.#letGo(number);
      throw cause;
    } finally {
      await release(reading);
      if (this.#open.size > OPEN_MAX) await this.#letGo(this.#open.keys().next().value!);
    }
  }

  async #letGo(number: number): Promise<void> {
    const reading = this.#open.get(number);
    this.#open.delete(number);
    if (reading !== undefined) await release(reading);
  }

  #path(number: number): string {
    return join(this.#folder, number.toString(16).padStart(8, '0'));
  }
}

async function release(reading: Reading): Promise<void> {
  if (--reading.users > 0) return;
  const file = await reading.file.catch(() => undefined);
  await file?.close();
}

export async function writeZeros(file: OpenFile, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += ZEROS.length) await file.write(at, ZEROS.subarray(0, to - at));
}
