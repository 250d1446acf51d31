import { open, rename, stat } from 'node:fs/promises';
import { ClientError, messageOf } from '../client-error.js';

/** Before the file grows beyond this many bytes it is renamed to `FILE.1`, that to `FILE.2`, and so on. */
const LOG_BYTES_MAX = 2 ** 20;
/** The oldest of those that are kept is `FILE.5`. */
const KEPT = 5;

/** Appends a line, whole or not at all. @throws ClientError `local` */
export async function appendLine(file: string, line: string, bytesMax = LOG_BYTES_MAX): Promise<void> {
  try {
    const bytes = Buffer.from(`${line}\n`);
    const { size } = await stat(file).catch(absent);
    if (size > 0 && size + bytes.length > bytesMax) await rotate(file);
    const log = await open(file, 'a');
    try {
      const { size: before } = await log.stat();
      // A disk that fills up may take a part of it.
      await log.appendFile(bytes).catch(async (error: unknown) => {
        await log.truncate(before);
        throw error;
      });
    } finally {
      await log.close();
    }
  } catch (cause) {
    throw new ClientError('local', `the log cannot be written: ${messageOf(cause)}`, { cause });
  }
}

async function rotate(file: string): Promise<void> {
  for (let number = KEPT - 1; number >= 0; number--) await rename(number === 0 ? file : `${file}.${number}`, `${file}.${number + 1}`).catch(absent);
}

function absent(error: NodeJS.ErrnoException): { readonly size: number } {
  if (error.code !== 'ENOENT') throw error;
  return { size: 0 };
}
