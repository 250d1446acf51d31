// Removes built files whose source is gone: a test that was renamed must not run twice, a file that was deleted must not be imported.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { builtFolders } from './built-folders.mjs';

for (const folder of builtFolders()) {
  const dist = join(folder, 'dist');
  if (!existsSync(dist)) continue;
  let isStale = false;
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const built = join(entry.parentPath ?? entry.path, entry.name);
    // Made anew by every build.
    if (built.startsWith(join(dist, 'bundle'))) continue;
    const source = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(relative(dist, built))?.[1];
    if (!entry.isFile() || source === undefined || existsSync(join(folder, `${source}.ts`)) || existsSync(join(folder, `${source}.tsx`))) continue;
    rmSync(built);
    isStale = true;
  }
  // The compiler believes what its notes say of files that it wrote.
  if (isStale) for (const name of readdirSync(dist)) if (name.endsWith('.tsbuildinfo')) rmSync(join(dist, name));
}
