import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The log of the store: its files are as large as they are whatever is in them. */
const log = /^journal/;

/** What lies in a data directory in files of their own of at least so many bytes: what large files leave behind, kept or not. */
export async function bytesInFiles(folder: string, atLeast: number): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile() && !log.test(entry.name)).map(async (entry) => (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0),
  );
  return sizes.filter((size) => size >= atLeast).reduce((sum, size) => sum + size, 0);
}
