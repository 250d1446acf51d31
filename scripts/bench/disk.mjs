import { readFileSync, statSync } from 'node:fs';

/** Type of the file system of a folder, and the device that it lies on. */
export function fileSystemOf(folder) {
  const device = deviceOf(folder);
  const mount = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').find((line) => line.split(' ')[2] === device);
  if (mount === undefined) return 'file system unknown';
  const [type, source] = mount.slice(mount.indexOf(' - ') + 3).split(' ');
  return `${type} on ${source}`;
}

/**
 * How often the disk of a folder has been told to make durable what it was given, since the machine's start and by whomever; NaN where that is not
 * known. Flushes at the same time count as one. See the kernel's Documentation/admin-guide/iostats.rst, field 16.
 */
export function flushesOf(folder) {
  const device = deviceOf(folder).replace(':', ' ');
  const line = readFileSync('/proc/diskstats', 'utf8').split('\n').find((line) => line.trim().replaceAll(/\s+/g, ' ').startsWith(`${device} `));
  const flushes = line?.trim().split(/\s+/)[18];
  return Number(flushes);
}

/** `major:minor`, as glibc's functions of that name have them, for numbers that fit in 32 bits. */
function deviceOf(folder) {
  const { dev } = statSync(folder);
  return `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
}
