import { readFileSync, statSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';

/** What was measured on: processor, cores, memory, kernel, Node.js, and the file system of the folder. */
export function describeMachine(folder = tmpdir()) {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0].model.trim()}, ${cpus().length} cores, ${gigabytes} GiB; Linux ${release()}; Node.js ${process.versions.node}; ${fileSystemOf(folder)}`;
}

/** By its device number in /proc/self/mountinfo: see proc(5). */
function fileSystemOf(folder) {
  const { dev } = statSync(folder);
  // As glibc's major() and minor() have it, for numbers that fit in 32 bits.
  const device = `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
  const mount = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').find((line) => line.split(' ')[2] === device);
  if (mount === undefined) return 'file system unknown';
  const [type, source] = mount.slice(mount.indexOf(' - ') + 3).split(' ');
  return `${type} on ${source}`;
}
