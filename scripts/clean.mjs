// Removes everything that a build has made.
import { rmSync } from 'node:fs';
import { builtFolders } from './built-folders.mjs';

for (const folder of builtFolders()) for (const made of ['dist', 'page', 'native/build']) rmSync(`${folder}/${made}`, { recursive: true, force: true });
