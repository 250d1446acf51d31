import { readFile, stat } from 'node:fs/promises';
import type { Log } from './log.js';
import { StartError } from './start-error.js';

/** Fewer bytes than these could be guessed. */
export const SECRET_BYTES_MIN = 16;

/** The ring secret in a file, without the white space around it. Warns where everybody on the machine may read it. @throws StartError with code `wrong-use` */
export async function readSecret(file: string, log: Log): Promise<Uint8Array> {
  const secret = Buffer.from((await contentsOf(file)).trim());
  if (secret.length < SECRET_BYTES_MIN) {
    throw new StartError('wrong-use', `the ring secret in ${file} has ${secret.length} bytes; at least ${SECRET_BYTES_MIN} are needed`);
  }
  const { mode } = await stat(file);
  if ((mode & 0o004) !== 0) log.warn({ file }, 'the file of the ring secret can be read by everybody on this machine; chmod 600 keeps it to you');
  return secret;
}

async function contentsOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new StartError('wrong-use', `the ring secret in ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
