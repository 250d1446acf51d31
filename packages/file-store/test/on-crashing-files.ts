import { openFileStore, type Store } from '../src/index.js';
import type { CrashingFiles } from './crashing-files.js';

export const dir = '/data/ring';
export const log = { segment: 64 * 1024, ahead: 8 * 1024 };

export async function openOn(files: CrashingFiles): Promise<{ store: Store; nodeId: string; isNew: boolean }> {
  return openFileStore(dir, { files, log });
}
