import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { ClientError } from '../client-error.js';

/**
 * Makes sure that no other webclient of this machine writes this log meanwhile: cron may start one before the last has ended. The name is the
 * kernel's and goes with the process, however that ends; only Linux has such names, elsewhere nothing is made sure of.
 * Returns what lets go of it. @throws ClientError `local`
 */
export async function alone(log: string): Promise<() => void> {
  if (process.platform !== 'linux') return () => undefined;
  const name = createHash('sha256').update(resolve(log)).digest('hex');
  const holder = createServer((connection) => connection.destroy());
  await new Promise<void>((resolve, reject) => {
    holder.once('error', (cause) => reject(new ClientError('local', `another webclient is writing ${log}`, { cause })));
    holder.listen(`\0coring-echo-${name}`, resolve);
  });
  holder.unref();
  return () => void holder.close();
}
