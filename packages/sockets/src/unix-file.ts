import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import type { UnixAddress } from './listen-address.js';
import type { Native } from './native.js';
import { sockaddr } from './socket-name.js';

/** The file of a unix socket, as it was when its socket was opened. */
export interface SocketFile {
  /** Removes it, unless another one has taken its place. */
  remove(): Promise<void>;
}

/** The file of a socket that was just opened at the path. */
export async function socketFile(path: string): Promise<SocketFile> {
  const { dev, ino } = await lstat(path);
  return {
    remove: async () => {
      const now = await lstat(path).catch(() => undefined);
      if (now?.dev === dev && now.ino === ino) await unlink(path).catch(() => undefined);
    },
  };
}

/** Removes the file that a program left which is no more: only a socket, and only when nobody answers there. Gives whether it did. */
export async function removeStale(address: UnixAddress, native: Native | undefined): Promise<boolean> {
  const found = await lstat(address.path).catch(() => undefined);
  if (found?.isSocket() !== true) return false;
  const isStale = address.type === 'stream' ? await refusesConnections(address.path) : native !== undefined && refusesDatagrams(native, address);
  if (!isStale) return false;
  const now = await lstat(address.path).catch(() => undefined);
  // Another program may have been quicker.
  if (now !== undefined && (now.dev !== found.dev || now.ino !== found.ino)) return false;
  await unlink(address.path).catch(() => undefined);
  return true;
}

function refusesConnections(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(false)).once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
    socket.once('connect', () => socket.destroy());
  });
}

function refusesDatagrams(native: Native, address: UnixAddress): boolean {
  const fd = native.open(native.AF_UNIX, native.SOCK_DGRAM);
  try {
    native.connect(fd, sockaddr(native, address));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  } finally {
    native.close(fd);
  }
}
