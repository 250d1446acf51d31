import { constants } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { cannotWrite } from './log-file-error.js';

/** The oldest generation that is kept is `FILE.5`. */
const KEPT = 5;
/** A torn line is looked for in pieces of so many bytes, from the end. */
const LOOK_BYTES = 64 * 1024;

export interface AppendOptions {
  /** Before the file grows beyond so many bytes it is renamed to `FILE.1`, that to `FILE.2`, and so on. */
  readonly bytesMax?: number;
  /** What a new file begins with: whole lines. */
  readonly begin?: string;
}

/** Appends whole lines, all of them or none, to a file that is no link. @throws LogFileError `cannot-write` */
export async function append(file: string, lines: string, { bytesMax = 2 ** 20, begin = '' }: AppendOptions = {}): Promise<void> {
  let log: FileHandle | undefined;
  try {
    log = await openLog(file);
    let { size } = await log.stat();
    if (size > 0 && size + Buffer.byteLength(lines) > bytesMax) {
      await log.close();
      await turnOver(file);
      log = await openLog(file);
      size = 0;
    }
    // A disk that fills up may take a part of it.
    await log.appendFile(size === 0 ? begin + lines : lines).catch(async (error: unknown) => {
      await log?.truncate(size);
      throw error;
    });
  } catch (error) {
    throw cannotWrite(error);
  } finally {
    await log?.close();
  }
}

/** Takes away what follows the last newline: a part of a line that was never finished. @throws LogFileError `cannot-write` */
export async function cutTornLine(file: string): Promise<void> {
  let log: FileHandle | undefined;
  try {
    log = await openLog(file);
    const { size } = await log.stat();
    const piece = Buffer.alloc(LOOK_BYTES);
    for (let end = size; ; ) {
      const from = Math.max(0, end - LOOK_BYTES);
      const { bytesRead } = await log.read(piece, 0, end - from, from);
      const at = piece.subarray(0, bytesRead).lastIndexOf(10);
      if (at === -1 && from > 0) {
        end = from;
        continue;
      }
      if (from + at + 1 < size) await log.truncate(from + at + 1);
      return;
    }
  } catch (error) {
    throw cannotWrite(error);
  } finally {
    await log?.close();
  }
}

/** Where the lines of a log may be, oldest first. */
export function generations(file: string): readonly string[] {
  return [...Array.from({ length: KEPT }, (_, i) => `${file}.${KEPT - i}`), file];
}

/** A plain file, made where there is none. Never what a link leads to: whoever may write into its folder could send us elsewhere. */
async function openLog(file: string): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
  const log = await open(file, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ELOOP' ? new Error(`${file} is a link`, { cause: error }) : error;
  });
  if ((await log.stat()).isFile()) return log;
  await log.close();
  throw new Error(`${file} is no plain file`);
}

async function turnOver(file: string): Promise<void> {
  const names = generations(file);
  for (const [i, name] of names.entries()) if (i > 0) await rename(name, names[i - 1]!).catch(unlessAbsent);
}

function unlessAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
