import { openFileStore, type Store } from '../src/index.js';
import type { Processes } from '../src/processes.js';
import type { CrashingFiles } from './crashing-files.js';

export const dir = '/data/ring';
export const log = { segment: 64 * 1024, ahead: 8 * 1024 };

/** Every opening is a process of its own; all before it are dead. */
export function freshProcess(): Processes {
  const pid = nextPid++;
  return { self: async () => ({ pid, start: '1', boot: '2' }), isRunning: async () => false };
}
let nextPid = 1;

export async function openOn(files: CrashingFiles): Promise<{ store: Store; nodeId: string; isNew: boolean }> {
  return openFileStore(dir, { files, processes: freshProcess(), log });
}
