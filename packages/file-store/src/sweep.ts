import { join } from 'node:path';
import { type Files, unlessCode } from './files.js';
import type { Layout } from './layout.js';
import { lostContents } from './open.js';

/**
 * Removes large files that the log does not keep: uploads that never were, contents dropped. Gives the highest number that is or was in use.
 * @throws StoreError `lost-contents` where files are expected and none is there: an unmounted disk must not pass for deletions.
 */
export async function sweep(layout: Layout, expected: ReadonlySet<number>, files: Files): Promise<number> {
  const names = await files.list(layout.large).catch(unlessCode('ENOENT'));
  if (names === undefined) throw lostContents(layout.dir, 'the folder large is missing');
  let highest = 0;
  for (const number of expected) highest = Math.max(highest, number);
  let found = 0;
  for (const name of names.filter((one) => /^[0-9a-f]{8}$/.test(one))) {
    const number = Number.parseInt(name, 16);
    if (expected.has(number)) found++;
    else await files.remove(join(layout.large, name)).catch(unlessCode('ENOENT'));
    highest = Math.max(highest, number);
  }
  if (expected.size > 0 && found === 0) throw lostContents(layout.dir, `none of ${expected.size} large contents is there`);
  return highest;
}
