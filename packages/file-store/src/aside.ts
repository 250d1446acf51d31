import { join } from 'node:path';
import { type Files, unlessCode } from './files.js';
import { ASIDE_PREFIX, type Layout } from './layout.js';

/** In this order: the identity first, so that nothing is taken for a store any more; the log last, so that one that was cut short shows. */
const PARTS = ['coring.json', 'index', 'large', 'log'] as const;

/** For an opening that finds no identity. */
export async function finishSettingAside(layout: Layout, files: Files): Promise<void> {
  for (const name of await files.list(layout.dir)) {
    if (!name.startsWith(ASIDE_PREFIX)) continue;
    const folder = join(layout.dir, name);
    if (!(await files.list(folder)).includes('log')) await moveInto(folder, layout, files);
  }
}

/** What a store in the directory consists of, durably, as far as it is not there already. */
export async function moveInto(folder: string, { dir }: Layout, files: Files): Promise<void> {
  for (const part of PARTS) {
    await files.rename(join(dir, part), join(folder, part)).catch(unlessCode('ENOENT'));
    await files.syncFolder(folder);
    await files.syncFolder(dir);
  }
}
