import { join } from 'node:path';
import { StoreError } from './error.js';
import { type Files, unlessCode } from './files.js';
import { LOCK_PREFIX } from './layout.js';
import type { ProcessIdentity, Processes } from './processes.js';

/**
 * Makes a directory one process's own. Each process that wants it writes a claim whose name says who it is, then looks for claims of others:
 * one that runs keeps the directory, those of dead ones are removed. A claim has one possible owner, so that removing a stale one can never
 * hit a fresh one, which a single lock file cannot promise; of two that come at the same moment at least one yields, perhaps both.
 * @returns what gives it up.
 * @throws StoreError `in-use`
 */
export async function takeLock(dir: string, files: Files, processes: Processes): Promise<() => Promise<void>> {
  const self = await processes.self();
  const claim = join(dir, claimName(self));
  const file = await files.open(claim, 'create').catch(unlessCode('EEXIST'));
  if (file === undefined) throw inUse(dir, self.pid);
  await file.close();
  const release = (): Promise<void> => files.remove(claim).catch(unlessCode('ENOENT'));
  try {
    for (const name of await files.list(dir)) {
      const holder = name === claimName(self) ? undefined : claimant(name);
      if (holder === undefined) continue;
      if (await processes.isRunning(holder)) throw inUse(dir, holder.pid);
      await files.remove(join(dir, name)).catch(unlessCode('ENOENT'));
    }
  } catch (cause) {
    await release();
    throw cause;
  }
  return release;
}

function claimName({ pid, start, boot }: ProcessIdentity): string {
  return `${LOCK_PREFIX}${pid}-${start}-${boot}`;
}

function claimant(name: string): ProcessIdentity | undefined {
  const match = /^lock-(\d{1,10})-(\d*)-([0-9a-f]*)$/.exec(name);
  return match === null ? undefined : { pid: Number(match[1]), start: match[2]!, boot: match[3]! };
}

function inUse(dir: string, pid: number): StoreError {
  return new StoreError('in-use', `the data directory ${dir} is in use by process ${pid}: stop it, or name another directory`);
}
