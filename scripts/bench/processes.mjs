// What the kernel says of processes: CPU time and memory. Linux only: see proc(5).
import { readFileSync } from 'node:fs';

/** Clock ticks in a second of /proc/PID/stat: 100 wherever Linux runs on what we know. */
const TICKS_PER_SECOND = 100;

/** CPU time, user and system, of these processes and all that descend from them, in microseconds. */
export function cpuUs(pids) {
  return withDescendants(pids).reduce((sum, pid) => sum + cpuUsOf(pid), 0);
}

/** The most memory that any one of them has had in RAM, in bytes. */
export function peakBytes(pids) {
  return Math.max(...withDescendants(pids).map((pid) => statusBytes(pid, 'VmHWM')));
}

/** What each of them has in RAM now, in bytes. */
export function residentBytes(pids) {
  return pids.map((pid) => statusBytes(pid, 'VmRSS'));
}

/** The pids and those of their children and children's children; who has ended meanwhile is left out. */
function withDescendants(pids) {
  return pids.flatMap((pid) => [pid, ...withDescendants(childrenOf(pid))]);
}

function childrenOf(pid) {
  return (read(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number);
}

function cpuUsOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return 0;
  // The name of the program stands in parentheses and may hold anything; utime and stime are the 12th and 13th fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
}

function statusBytes(pid, field) {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(read(`/proc/${pid}/status`) ?? '');
  return found === null ? 0 : Number(found[1]) * 1024;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
