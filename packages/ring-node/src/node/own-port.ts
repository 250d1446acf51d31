import { isIPv4 } from 'node:net';
import { isOpenToBrowsers } from '@coring/protocol';
import { formatAddress, isLoopback, parseAddress } from './address.js';
import type { Log } from './log.js';
import type { NodeOptions } from './options.js';
import { openPort, type Port, Sorter, type SortOptions } from './port.js';
import { StartError } from './start-error.js';

const FIRST_PORT = 4043;
const LAST_PORT = 4143;
/** What the system says where a process may open no socket, or has no network to open it on. */
const NO_NETWORK: ReadonlySet<unknown> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EACCES', 'EPERM', 'ENETUNREACH']);

export interface OwnPort extends Port {
  /** Takes the connections of an inherited socket, where that is the port. */
  readonly accept?: SortOptions['onHttp'];
  /** False where the node does without: nobody reaches it there. */
  readonly isOpen: boolean;
}

/**
 * The port where peers and clients reach the node: the one that is inherited for the ring, or else its own. Where none can be opened, and
 * something else is inherited, the node does without. @throws StartError
 */
export async function openOwnPort(options: NodeOptions, { onHttp, onPeer }: SortOptions, log: Log): Promise<OwnPort> {
  const { listen, entrances, secretFile, insecure } = options;
  const sort: SortOptions = {
    onHttp,
    onPeer,
    onFull: (most) => log.warn(`more than ${most} connections: those beyond are closed`),
    ...(entrances === undefined ? {} : { clientsMax: entrances.connectionsEach }),
  };
  const inherited = entrances?.ringAddress;
  const { host, port } = parseAddress(inherited ?? listen ?? '127.0.0.1:');
  if (secretFile === undefined && insecure !== true && !isLoopback(host)) {
    throw new StartError('not-safe', `listening on ${host} lets others in: give --secret-file, or --insecure to do it all the same`);
  }
  if (inherited !== undefined) {
    if (listen !== undefined && listen !== inherited) throw new StartError('wrong-use', `the ring is reached at the inherited ${inherited}: --listen ${listen} cannot be`);
    const sorter = new Sorter(sort);
    return { address: inherited, host, port: port!, isOpen: true, accept: (socket) => sorter.take(socket), close: async () => sorter.close() };
  }
  try {
    const opened = await openPort({ host, ports: portsOf(port), ...sort });
    if (host === '' && isIPv4(opened.host)) log.warn('this machine has no IPv6: all addresses are those of IPv4');
    return { ...opened, isOpen: true };
  } catch (error) {
    const cause = (error as StartError).cause as NodeJS.ErrnoException | undefined;
    if (listen !== undefined || entrances?.hasInherited !== true || !NO_NETWORK.has(cause?.code)) throw error;
    log.warn({ err: error }, 'no port of its own: the node is reached through what it has inherited, and no other node can join it');
    return { address: formatAddress(host, FIRST_PORT), host, port: FIRST_PORT, isOpen: false, close: () => Promise.resolve() };
  }
}

function portsOf(port: number | undefined): readonly number[] {
  if (port !== undefined) return [port];
  // A node that nobody has told where to listen has a page that can be opened.
  return Array.from({ length: LAST_PORT - FIRST_PORT + 1 }, (_, i) => FIRST_PORT + i).filter(isOpenToBrowsers);
}
