import type { FileStoreOptions } from '@coring/file-store';

export type Files = NonNullable<FileStoreOptions['files']>;

/** How a store is opened on these files as in a process of its own: all before it are dead. */
export function storeOn(files: Files): FileStoreOptions {
  const pid = nextPid++;
  return { files, processes: { self: async () => ({ pid, start: '1', boot: '2' }), isRunning: async () => false }, log: { segment: 1 << 20, ahead: 1 << 16 } };
}
let nextPid = 1;
