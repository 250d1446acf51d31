import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Release } from './claims.js';
import { StoreError } from './error.js';
import { type Files, unlessCode } from './files.js';
import { LOCK_PREFIX } from './layout.js';

/**
 * Makes a directory one process's own. Each process that wants it makes a claim of a name that nobody else has, then looks for claims of others:
 * one that is held keeps the directory, those of dead ones are removed. A claim has one possible owner, so that removing a stale one can never
 * hit a fresh one, which a single lock file cannot promise; of two that come at the same moment at least one yields, perhaps both.
 * @returns what gives it up.
 * @throws StoreError `in-use`
 */
export async function takeLock(dir: string, files: Files): Promise<Release> {
  const { claims } = files;
  const own = `${LOCK_PREFIX}${process.pid}-${randomBytes(8).toString('hex')}`;
  const release = await claims.make(join(dir, own));
  if (release === undefined) return takeName(dir, files);
  try {
    for (const name of await files.list(dir)) {
      const pid = name === own ? undefined : claimant(name);
      if (pid === undefined) continue;
      const path = join(dir, name);
      if (await claims.isHeld(path)) throw inUse(dir, `process ${pid} (of another container, if none here has this number)`);
      await files.remove(path).catch(unlessCode('ENOENT'));
    }
    // Between being made and being held a claim looks like one of a dead process: whoever saw it then has removed it, and may have gone since.
    if (!(await claims.isHeld(join(dir, own)))) throw inUse(dir, 'a process that began at the same moment');
  } catch (cause) {
    await release();
    throw cause;
  }
  return release;
}

async function takeName(dir: string, { claims }: Files): Promise<Release> {
  const release = await claims.takeName(dir);
  if (release === undefined) throw inUse(dir, 'another process');
  return release;
}

/** The number of the process that made a claim, as it is called in its own container. */
function claimant(name: string): string | undefined {
  return /^lock-(\d{1,10})-[0-9a-f]{16}$/.exec(name)?.[1];
}

function inUse(dir: string, who: string): StoreError {
  return new StoreError('in-use', `the data directory ${dir} is in use by ${who}: stop it, or name another directory`);
}
