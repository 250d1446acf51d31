import { readFileSync } from 'node:fs';

/** What a node opens beside its connections: segments of its log, links to its peers, its program. */
const OWN_DESCRIPTORS = 128;
/** Connections of a socket at a time. */
const CONNECTIONS_MIN = 16;
const CONNECTIONS_MAX = 8_192;

/**
 * How many connections each of so many listening sockets takes at a time, in a process that may have so many descriptors: each may ask for a file, which
 * is another one. A process that is short of them can neither load the rest of its program nor read its records.
 */
export function connectionsEach(sockets: number, descriptors = descriptorsMax()): number {
  return Math.min(CONNECTIONS_MAX, Math.max(CONNECTIONS_MIN, Math.floor((descriptors - OWN_DESCRIPTORS) / 2 / sockets)));
}

/** How many connections of peers find room however many clients there are: without them a ring that clients crowd upon would fall apart. */
export const PEERS_KEPT = 64;

/** How many descriptors this process may have; Infinity where the system does not say. Source: proc(5), /proc/PID/limits. */
function descriptorsMax(): number {
  try {
    const soft = /^Max open files +(\d+) /m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    return Infinity;
  }
}
