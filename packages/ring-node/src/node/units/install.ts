import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../start-error.js';
import type { Unit } from './units.js';

export interface Installed {
  readonly written: readonly string[];
  /** Those that were there already, as they would have been written. */
  readonly unchanged: readonly string[];
}

/**
 * Writes the units into a folder: all of them, or, where one is there that differs, none.
 * @throws StartError `unit-differs` unless forced, `cannot-install`
 */
export async function install(units: readonly Unit[], folder: string, force: boolean): Promise<Installed> {
  try {
    const found = await Promise.all(units.map(({ name }) => contentsOf(join(folder, name))));
    const differing = units.filter(({ text }, i) => found[i] !== undefined && found[i] !== text);
    if (differing.length > 0 && !force) {
      const names = differing.map(({ name }) => name).join(', ');
      throw new StartError('unit-differs', `nothing was written: in ${folder} there ${differing.length === 1 ? 'is another' : 'are others'} under the name${differing.length === 1 ? '' : 's'} ${names}; --force replaces what is there`);
    }
    await mkdir(folder, { recursive: true });
    const written = units.filter(({ text }, i) => found[i] !== text);
    for (const { name, text } of written) await replace(join(folder, name), text);
    const paths = (of: readonly Unit[]): string[] => of.map(({ name }) => join(folder, name));
    return { written: paths(written), unchanged: paths(units.filter((unit) => !written.includes(unit))) };
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const isForbidden = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
    throw new StartError('cannot-install', `units cannot be written into ${folder}: ${isForbidden ? `${code}; those of the system are for root to write, --user writes those of a user` : message}`, { cause });
  }
}

async function contentsOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** The old file or the new one is there, never half of it. */
async function replace(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(temporary, text, { mode: 0o644 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
