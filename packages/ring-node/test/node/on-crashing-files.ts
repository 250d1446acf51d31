import type { FileStoreOptions } from '@coring/file-store';

export type Files = NonNullable<FileStoreOptions['files']>;

/** How a store is opened on these files. */
export function storeOn(files: Files): FileStoreOptions {
  return { files, log: { segment: 1 << 20, ahead: 1 << 16 } };
}
