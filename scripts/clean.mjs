// Removes everything that a build has made.
import { rmSync } from 'node:fs';
import { builtFolders } from './built-folders.mjs';

for (const folder of builtFolders()) rmSync(`${folder}/dist`, { recursive: true, force: true });
