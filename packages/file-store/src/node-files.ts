import { close, constants, fdatasync, fstat, fsync, ftruncate, open, read, write } from 'node:fs';
import { mkdir, readdir, rename, statfs, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { nodeClaims } from './claims.js';
import type { Files, OpenFile } from './files.js';

const flags = {
  read: constants.O_RDONLY,
  update: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
  // One call writes and syncs. Where the system has no such flag, each write is followed by a sync.
  durable: constants.O_RDWR | (constants.O_DSYNC ?? 0),
} as const;

// Descriptors as plain numbers cost less than FileHandles.
const [openDescriptor, closeDescriptor, syncData, sync, stat, truncate] = [promisify(open), promisify(close), promisify(fdatasync), promisify(fsync), promisify(fstat), promisify(ftruncate)];

/** A read of more is first measured against its file. */
const UNDOUBTED_BYTES_MAX = 4 * 1024 * 1024;

/** The file system that Node gives. */
export const nodeFiles: Files = {
  claims: nodeClaims,
  open: async (path, how) => {
    const descriptor = await openDescriptor(path, flags[how], 0o600);
    return openFile(descriptor, how === 'durable' && constants.O_DSYNC === undefined);
  },
  list: (path) => readdir(path),
  makeFolder: (path) => mkdir(path, { mode: 0o700 }),
  rename,
  remove: unlink,
  syncFolder,
  space: async (path) => {
    const { bavail, blocks, bsize } = await statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  },
};

function openFile(descriptor: number, syncsWrites: boolean): OpenFile {
  return {
    size: async () => (await stat(descriptor)).size,
    read: async (position, length, memory) => {
      // A damaged file may tell any length: there is no memory for more than the file has.
      const isDoubtful = memory === undefined && length > UNDOUBTED_BYTES_MAX;
      const room = isDoubtful ? Math.min(length, Math.max(0, (await stat(descriptor)).size - position)) : length;
      const buffer = (memory ?? Buffer.allocUnsafe(room)).subarray(0, room);
      let got = 0;
      while (got < room) {
        const more = await readSome(descriptor, buffer, got, position + got);
        if (more === 0) break;
        got += more;
      }
      return buffer.subarray(0, got);
    },
    write: async (position, bytes) => {
      let put = 0;
      while (put < bytes.length) put += await writeSome(descriptor, bytes, put, position + put);
      if (syncsWrites) await syncData(descriptor);
    },
    truncate: (size) => truncate(descriptor, size),
    // The size of a file is written with its data; the time of its change need not be.
    sync: () => syncData(descriptor),
    close: () => closeDescriptor(descriptor),
  };
}

function readSome(descriptor: number, buffer: Buffer, from: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, buffer, from, buffer.length - from, position, (error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

function writeSome(descriptor: number, bytes: Uint8Array, from: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, from, bytes.length - from, position, (error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders, and its file systems log renames by themselves.
  if (process.platform === 'win32') return;
  const descriptor = await openDescriptor(path, constants.O_RDONLY);
  try {
    await sync(descriptor);
  } finally {
    await closeDescriptor(descriptor);
  }
}
