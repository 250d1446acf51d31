import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every folder with TypeScript sources of its own and a `dist` folder beside them. */
export function builtFolders() {
  const packages = readdirSync(`${root}packages`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...packages.map(({ name }) => `${root}packages/${name}`), `${root}examples/talk`, `${root}test`];
}
