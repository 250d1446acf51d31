import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The contents in files of their own that a data directory holds: what large files leave behind, kept or not. */
export async function largeFilesIn(folder: string): Promise<readonly string[]> {
  return readdir(join(folder, 'large'));
}
