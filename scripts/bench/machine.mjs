import { cpus, release, totalmem } from 'node:os';
import { fileSystemOf } from './disk.mjs';

/** What was measured on: processor, cores, memory, kernel, Node.js, and the file system of the folder. */
export function describeMachine(folder) {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0].model.trim()}, ${cpus().length} cores, ${gigabytes} GiB; Linux ${release()}; Node.js ${process.versions.node}; ${fileSystemOf(folder)}`;
}
