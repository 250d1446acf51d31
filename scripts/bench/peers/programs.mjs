import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Where a program lies; undefined where it is not installed. Servers often lie where only root's PATH leads. */
export function programPath(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
