import { once } from 'node:events';
import { open, stat, unlink } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { basename, dirname } from 'node:path';
import { unlessCode } from './files.js';

export type Release = () => Promise<void>;

/** Claims to a directory, which end with the process that made them, however it ends, and can be asked from other containers too. */
export interface Claims {
  /** Gives what takes it back; undefined where the file system has no place for claims. */
  make(path: string): Promise<Release | undefined>;
  /** Whether the process that made a claim runs. */
  isHeld(path: string): Promise<boolean>;
  /**
   * Takes the directory for this process among those that share its network, as containers mostly do not.
   * Gives what gives it up; undefined where another has it. Where the system has no such names nothing is made sure of.
   */
  takeName(dir: string): Promise<Release | undefined>;
}

/** How a file system says that it has no sockets; `EINVAL`: the path is too long for one. */
const NO_SOCKETS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'];
/** What a socket's path may have where least is allowed, in bytes (unix(7); sun_path of macOS). */
const PATH_BYTES_MAX = 103;

/** Names to listen at that are in no file system: of Linux's abstract sockets (unix(7)), and of Windows' pipes. */
const PLACE_OF_NAMES: Partial<Record<NodeJS.Platform, string>> = { linux: '\0', win32: '\\\\.\\pipe\\' };

/** A claim is a unix socket: the kernel takes connections for a process that listens, also for one that is stopped, and refuses them once it has ended. */
export const nodeClaims: Claims = {
  make: async (path) => {
    if (process.platform === 'win32') return undefined;
    const stop = await reach(path, listen).catch(unlessCode(...NO_SOCKETS));
    if (stop === undefined) return undefined;
    return async () => {
      await stop();
      await unlink(path).catch(unlessCode('ENOENT'));
    };
  },
  isHeld: (path) => reach(path, isAnswered),
  takeName: async (dir) => {
    const place = PLACE_OF_NAMES[process.platform];
    if (place === undefined) return async () => undefined;
    const { dev, ino } = await stat(dir, { bigint: true });
    return listen(`${place}coring-data-${dev}-${ino}`).catch(unlessCode('EADDRINUSE'));
  },
};

async function listen(path: string): Promise<Release> {
  const server = createServer((connection) => connection.destroy());
  server.listen(path);
  await once(server, 'listening');
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

async function isAnswered(path: string): Promise<boolean> {
  const connection = createConnection(path);
  try {
    await once(connection, 'connect');
    return true;
  } catch (cause) {
    // Whoever has so many waiting that there is no room for one more, or lets nobody ask, is there.
    return !['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes((cause as NodeJS.ErrnoException).code ?? '');
  } finally {
    connection.destroy();
  }
}

/** A path that is too long for a socket goes by the descriptor of its folder, where the system has such paths. */
async function reach<T>(path: string, use: (path: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(path) <= PATH_BYTES_MAX || process.platform !== 'linux') return use(path);
  const folder = await open(dirname(path));
  try {
    return await use(`/proc/self/fd/${folder.fd}/${basename(path)}`);
  } finally {
    await folder.close();
  }
}
