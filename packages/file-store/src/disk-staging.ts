import { createHash, randomBytes } from 'node:crypto';
import { diskError, StoreError } from './error.js';
import { type Files, type OpenFile, unlessCode } from './files.js';
import { type Layout, stagingPath } from './layout.js';
import type { Staging } from './store.js';
import { BlockChecksums } from './trailer.js';

/** An upload on disk. `taken` while a commit is about to keep it: nobody else may remove it then. */
export interface Upload {
  readonly token: string;
  path: string;
  state: 'open' | 'sealed' | 'taken' | 'gone';
  /** In bytes. */
  size: number;
  /** While bytes come in. */
  file: OpenFile | undefined;
}

/** Begins an upload and keeps `uploads` told of it until it is gone. */
export async function stageOnDisk(files: Files, layout: Layout, uploads: Map<string, Upload>): Promise<Staging> {
  const token = randomBytes(16).toString('hex');
  const path = stagingPath(layout, token);
  const file = await files.open(path, 'create').catch((cause: unknown) => {
    throw diskError(cause, 'begin an upload');
  });
  const upload: Upload = { token, path, state: 'open', size: 0, file };
  uploads.set(token, upload);
  return new DiskStaging(files, file, upload, uploads);
}

/** Removes an upload unless a commit has it. */
async function discardUpload(files: Files, upload: Upload, uploads: Map<string, Upload>): Promise<void> {
  if (upload.state === 'taken' || upload.state === 'gone') return;
  upload.state = 'gone';
  uploads.delete(upload.token);
  await files
    .remove(upload.path)
    .catch(unlessCode('ENOENT'))
    .catch((cause: unknown) => {
      throw diskError(cause, 'discard an upload');
    });
}

export async function closeUpload(upload: Upload): Promise<void> {
  const { file } = upload;
  upload.file = undefined;
  await file?.close();
}

class DiskStaging implements Staging {
  readonly token: string;
  readonly #files: Files;
  readonly #file: OpenFile;
  readonly #upload: Upload;
  readonly #uploads: Map<string, Upload>;
  readonly #sha256 = createHash('sha256');
  readonly #checksums = new BlockChecksums();
  /** Settles with the writes begun so far; rejects for ever once one failed. */
  #written: Promise<void> = Promise.resolve();

  constructor(files: Files, file: OpenFile, upload: Upload, uploads: Map<string, Upload>) {
    this.token = upload.token;
    this.#files = files;
    this.#file = file;
    this.#upload = upload;
    this.#uploads = uploads;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#refuseUnlessOpen();
    const position = this.#upload.size;
    this.#upload.size += chunk.length;
    this.#sha256.update(chunk);
    this.#checksums.update(chunk);
    this.#written = this.#written.then(() => this.#file.write(position, chunk));
    await this.#settled('write an upload');
  }

  async seal(): Promise<{ size: number; digest: string }> {
    this.#refuseUnlessOpen();
    this.#written = this.#written.then(async () => {
      await this.#file.write(this.#upload.size, this.#checksums.trailer());
      await this.#file.sync();
    });
    await this.#settled('seal an upload');
    await closeUpload(this.#upload);
    this.#refuseUnlessOpen();
    this.#upload.state = 'sealed';
    return { size: this.#upload.size, digest: this.#sha256.digest('hex') };
  }

  async discard(): Promise<void> {
    await this.#written.catch(() => {});
    await closeUpload(this.#upload);
    await discardUpload(this.#files, this.#upload, this.#uploads);
  }

  async #settled(doing: string): Promise<void> {
    await this.#written.catch((cause: unknown) => {
      throw diskError(cause, doing);
    });
  }

  #refuseUnlessOpen(): void {
    if (this.#upload.state !== 'open') throw new StoreError('no-such-token', 'this upload takes no more bytes: it is sealed or discarded');
  }
}
