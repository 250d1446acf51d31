import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { cannotWrite, LogFileError } from './log-file-error.js';

/**
 * Makes sure that no other program of ours on this machine writes this log meanwhile: cron may start one before the last has ended. The name is
 * the kernel's and goes with the process, however that ends; only Linux has such names, elsewhere nothing is made sure of.
 * Returns what lets go of it. @throws LogFileError
 */
export async function alone(file: string): Promise<() => void> {
  if (process.platform !== 'linux') return () => undefined;
  // However the folder is called: a link leads to the same log.
  const folder = await realpath(dirname(file)).catch((error: unknown) => Promise.reject(cannotWrite(error)));
  const name = createHash('sha256').update(join(folder, basename(file))).digest('hex');
  const holder = createServer((connection) => connection.destroy());
  await new Promise<void>((resolve, reject) => {
    holder.once('error', (cause) => reject(new LogFileError('in-use', `another program is writing ${file}`, { cause })));
    holder.listen(`\0coring-log-${name}`, resolve);
  });
  holder.unref();
  return () => void holder.close();
}
