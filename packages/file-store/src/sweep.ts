import { join } from 'node:path';
import { contentHash } from './digest.js';
import { type Files, unlessCode } from './files.js';
import type { KeptIndex } from './kept.js';
import type { Layout } from './layout.js';
import { lostContents } from './open.js';

/**
 * Removes what no entry names: uploads that were never kept, bytes whose commit was cut short, bytes dropped. Returns the folders of bytes.
 * @throws StoreError `lost-contents` where bytes are expected and none is there: an unmounted disk must not pass for deletions.
 */
export async function sweep(layout: Layout, kept: KeptIndex, files: Files): Promise<Set<string>> {
  const fanOut = await files.list(layout.bytes).catch(unlessCode('ENOENT'));
  const uploads = await files.list(layout.staging).catch(unlessCode('ENOENT'));
  if (fanOut === undefined) throw lostContents(layout.dir, 'the folder bytes is missing');
  if (uploads === undefined) throw lostContents(layout.dir, 'the folder staging is missing');
  const expected = new Set<string>();
  for (const { name, version } of kept.all()) expected.add(contentHash(name, version));
  const orphans: string[] = uploads.map((name) => join(layout.staging, name));
  const folders = new Set<string>();
  let found = 0;
  for (const first of fanOut) {
    const folder = join(layout.bytes, first);
    folders.add(folder);
    for (const rest of await files.list(folder)) {
      if (expected.has(first + rest)) found++;
      else orphans.push(join(folder, rest));
    }
  }
  if (expected.size > 0 && found === 0) throw lostContents(layout.dir, `none of ${expected.size} kept contents is there`);
  for (const path of orphans) await files.remove(path).catch(unlessCode('ENOENT'));
  return folders;
}
