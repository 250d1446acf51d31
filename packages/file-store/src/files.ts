import type { Claims } from './claims.js';

/**
 * What the store asks of a file system. Failures are the system's own errors with its `code` (`ENOENT`, `ENOSPC`, …).
 * Nothing is durable before it is synced: content by `OpenFile.sync`, the making, renaming and removing of entries by `syncFolder`.
 */
export interface Files {
  readonly claims: Claims;
  /** `create` fails with `EEXIST` where there is something already. What is written to a `durable` one is synced when the write resolves. */
  open(path: string, how: 'read' | 'update' | 'create' | 'durable'): Promise<OpenFile>;
  /** Names in a folder. */
  list(path: string): Promise<string[]>;
  /** Makes one folder; its parent exists. Fails with `EEXIST` where there is something already. */
  makeFolder(path: string): Promise<void>;
  /** Replaces what is at `to`. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
  /** Of the disk with that path, in bytes: what this process may still write, and all there is. */
  space(path: string): Promise<{ readonly freeBytes: number; readonly totalBytes: number }>;
}

export interface OpenFile {
  size(): Promise<number>;
  /** Fewer bytes than asked for at the end of the file. `memory`, of at least that length, may be used for them. */
  read(position: number, length: number, memory?: Buffer): Promise<Buffer>;
  /** Writes all of it. */
  write(position: number, bytes: Uint8Array): Promise<void>;
  truncate(size: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The whole of a small file, or undefined where there is none. */
export async function readSmall(files: Files, path: string): Promise<Buffer | undefined> {
  const file = await files.open(path, 'read').catch(unlessCode('ENOENT'));
  if (file === undefined) return undefined;
  try {
    return await file.read(0, await file.size());
  } finally {
    await file.close();
  }
}

/** Puts a small file in place, durably and whole: temporary, sync, rename, sync of the folder. */
export async function writeSmall(
  files: Files,
  { path, temporary, folder }: { path: string; temporary: string; folder: string },
  text: string,
): Promise<void> {
  await files.remove(temporary).catch(unlessCode('ENOENT'));
  const file = await files.open(temporary, 'create');
  try {
    await file.write(0, Buffer.from(text));
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(temporary, path);
  // The rename is not durable until its folder is synced.
  await files.syncFolder(folder);
}

/** For `catch`: undefined for the one failure that was reckoned with. */
export function unlessCode(...codes: string[]): (cause: unknown) => undefined {
  return (cause) => {
    if (!codes.includes((cause as NodeJS.ErrnoException | undefined)?.code ?? '')) throw cause;
  };
}
