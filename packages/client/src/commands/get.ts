import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bytesInWords, countOf } from '@coring/protocol';
import { STANDARD_OUTPUT } from '../arguments.js';
import { ClientError, messageOf } from '../client-error.js';
import type { Download } from '../download.js';
import { type Progress, showProgress } from '../progress.js';
import { paint, sayJson } from '../screen.js';
import { plain } from '../text/plain.js';
import type { Context } from './context.js';
import { versionMeant } from './version-meant.js';

/** Fetches a file; under its name on this machine it appears only when it is whole and its digest is right. */
export async function get({ client, screen, signal }: Context, name: string, output: string, copy: string | undefined): Promise<void> {
  const download = await client.get(name, copy === undefined ? undefined : versionMeant(await client.conflicts(name), copy));
  const toStandardOutput = output === STANDARD_OUTPUT;
  const progress = showProgress(plain(name), download.bytes, screen);
  try {
    if (toStandardOutput) await write(download, screen.stdout, progress, signal, false);
    else await writeWhole(output, (file) => write(download, file, progress, signal, true));
  } finally {
    progress.end();
  }
  if (toStandardOutput) return;
  const { bytes, digest, type, receipt } = download;
  if (screen.json) return sayJson(screen, { name, file: output, bytes, digest, type, ...receipt });
  const grade = receipt.grade === undefined ? '' : `, ${receipt.grade}`;
  screen.stdout.write(`${paint('got', 'green', screen.stdout)} ${plain(output)}${bytes === undefined ? '' : `, ${bytesInWords(bytes)}`}${grade}\n`);
  const { conflicts = 0 } = receipt;
  if (conflicts > 0) screen.stderr.write(`${paint('warning', 'yellow', screen.stderr)}: ${countOf(conflicts, 'conflict copy is', 'conflict copies are')} kept beside it: 'conflicts ${plain(name)}' lists them\n`);
}

async function write(download: Download, to: Writable, progress: Progress, signal: AbortSignal, end: boolean): Promise<void> {
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of download.body) {
      progress.moved(chunk.length);
      yield chunk;
    }
  };
  try {
    await pipeline(counted, to, { signal, end });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** Writes beside the file and renames at the end: nobody ever sees half of it. A link stays one; a device or a pipe is written into. */
async function writeWhole(path: string, write: (file: Writable) => Promise<void>): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const isOther = await stat(target).then((found) => !found.isFile(), () => false);
  const temporary = join(dirname(target), `.coring-${randomBytes(6).toString('hex')}.part`);
  try {
    if (isOther) return await write(createWriteStream(target));
    await write(createWriteStream(temporary, { flags: 'wx', flush: true }));
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof ClientError || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new ClientError('local', `${path} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}
