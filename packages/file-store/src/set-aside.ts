import { join, resolve as resolvePath } from 'node:path';
import { moveInto } from './aside.js';
import { diskError } from './error.js';
import { type Files, unlessCode } from './files.js';
import { ASIDE_PREFIX, layoutOf } from './layout.js';
import { takeLock } from './lock.js';
import { nodeFiles } from './node-files.js';
import { nodeIdOf } from './open.js';

/**
 * Moves what a store consists of into a folder within its directory, where nothing looks at it again: the next opening makes a new store beside it.
 * Nothing is deleted. One that a crash cuts short is finished by the next opening.
 * @returns the folder
 * @throws StoreError `in-use`, `lost-contents`, `disk-full`, `disk-failed`
 */
export async function setAside(dir: string, files: Files = nodeFiles): Promise<string> {
  const layout = layoutOf(resolvePath(dir));
  try {
    const release = await takeLock(layout.dir, files);
    try {
      const folder = join(layout.dir, ASIDE_PREFIX + (await nodeIdOf(layout, files)));
      await files.makeFolder(folder).catch(unlessCode('EEXIST'));
      await moveInto(folder, layout, files);
      return folder;
    } finally {
      await release();
    }
  } catch (cause) {
    throw diskError(cause, `set aside what is in ${layout.dir}`);
  }
}
