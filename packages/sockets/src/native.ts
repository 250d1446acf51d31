import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The system calls that Node lacks, from the addon. Addresses are the bytes of a sockaddr. Each throws an error with the name of its errno as code. */
export interface Native {
  readonly AF_UNIX: number;
  readonly AF_INET: number;
  readonly AF_INET6: number;
  readonly AF_VSOCK: number;
  readonly SOCK_STREAM: number;
  readonly SOCK_DGRAM: number;
  kind(fd: number): { readonly family: number; readonly type: number; readonly isListening: boolean };
  /** A new socket that never blocks. */
  open(family: number, type: number): number;
  bind(fd: number, address: Buffer): void;
  listen(fd: number, backlog: number): void;
  connect(fd: number, address: Buffer): void;
  /** The address that it is bound to, or with `ofPeer` 1 that of its other end. */
  name(fd: number, ofPeer: 0 | 1): Buffer;
  /** The next datagram; undefined where none waits. `cut`: it was longer than 1 MiB. */
  receive(fd: number): { readonly bytes: Buffer; readonly from: Buffer; readonly cut: boolean } | undefined;
  /** False where the receiver has no room now. */
  send(fd: number, bytes: Buffer, address: Buffer): boolean;
  close(fd: number): void;
  /** Calls back whenever the descriptor is readable, and owns it from now on. */
  watch(fd: number, onReadable: () => void): object;
  unwatch(watch: object): void;
}

/** Set to make believe that the addon was not built. */
const WITHOUT = 'CORING_WITHOUT_ADDON';
let loaded: Native | Error | undefined;

/** The addon; undefined where it was not built, or for another machine than this one. */
export function native(): Native | undefined {
  loaded ??= load();
  return loaded instanceof Error ? undefined : loaded;
}

/** Why there is no addon, for people. */
export function whyNoNative(): string {
  loaded ??= load();
  return loaded instanceof Error ? `the addon for sockets is missing: ${loaded.message.split('\n')[0]}` : 'the addon for sockets is there';
}

function load(): Native | Error {
  try {
    if ((process.env[WITHOUT] ?? '') !== '') throw new Error(`${WITHOUT} is set`);
    // By the package's name: this file may have been put into a bundle elsewhere, the addon stays where it was built.
    const require = createRequire(import.meta.url);
    const index = pathToFileURL(require.resolve('@coring/sockets'));
    return require(fileURLToPath(new URL('../../native/build/Release/sockets.node', index))) as Native;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' ? new Error('it was not built here') : (error as Error);
  }
}
