import { type Files, unlessCode } from './files.js';
import { type Layout, stagingPath } from './layout.js';
import { BlockChecksums } from './trailer.js';
import type { LargeFiles, Upload } from './upload.js';

/** Large uploads as files in the folder `staging`. */
export function stagingFiles(files: Files, layout: Layout): LargeFiles {
  return {
    create: async (upload) => {
      upload.path = stagingPath(layout, upload.token);
      return files.open(upload.path, 'create');
    },
    remove: (upload) => files.remove(upload.path!).catch(unlessCode('ENOENT')),
  };
}

/** Gives a small upload a file too, durably: contents are kept in files. */
export async function putOnDisk(upload: Upload, files: Files, layout: Layout): Promise<void> {
  if (upload.path !== undefined) return upload.durable();
  const path = stagingPath(layout, upload.token);
  const content = upload.bytes!;
  const checksums = new BlockChecksums();
  checksums.update(content);
  await files.remove(path).catch(unlessCode('ENOENT'));
  const file = await files.open(path, 'create');
  try {
    await file.write(0, Buffer.concat([content, checksums.trailer()]));
    await file.sync();
    upload.path = path;
  } finally {
    await file.close();
  }
}
