import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, statfs, unlink } from 'node:fs/promises';
import type { Files, OpenFile } from './files.js';

const flags = {
  read: constants.O_RDONLY,
  update: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
} as const;

/** The file system that Node gives. */
export const nodeFiles: Files = {
  open: async (path, how) => openFile(await open(path, flags[how], 0o600)),
  list: (path) => readdir(path),
  makeFolder: (path) => mkdir(path, { mode: 0o700 }),
  rename,
  remove: unlink,
  syncFolder,
  freeBytes: async (path) => {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
};

function openFile(handle: FileHandle): OpenFile {
  return {
    size: async () => (await handle.stat()).size,
    read: async (position, length) => {
      const buffer = Buffer.allocUnsafe(length);
      let got = 0;
      while (got < length) {
        const { bytesRead } = await handle.read(buffer, got, length - got, position + got);
        if (bytesRead === 0) break;
        got += bytesRead;
      }
      return buffer.subarray(0, got);
    },
    write: async (position, bytes) => {
      let put = 0;
      while (put < bytes.length) put += (await handle.write(bytes, put, bytes.length - put, position + put)).bytesWritten;
    },
    truncate: (size) => handle.truncate(size),
    // The size of a file is written with its data; the time of its change need not be.
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders, and its file systems log renames by themselves.
  if (process.platform === 'win32') return;
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
