import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the programs are that units start: whole paths, for systemd searches for nothing. */
export interface Places {
  readonly node: string;
  readonly ringNode: string;
  /** Absent where it is not installed beside this program. */
  readonly webclient?: string;
  /** Files and folders among them that services of the system do not see unless they are shown to them. */
  readonly hidden: readonly string[];
}

/** Hidden by ProtectHome= and PrivateTmp=. */
const hiding = ['/home', '/root', '/run/user', '/tmp', '/var/tmp'];

export function findPlaces(): Places {
  const require = createRequire(import.meta.url);
  const found = (name: string): string | undefined => {
    try {
      return realpathSync(require.resolve(name));
    } catch {
      return undefined;
    }
  };
  const ringNode = realpathSync(fileURLToPath(new URL('../../../bin/ring-node.js', import.meta.url)));
  const client = found('@coring/client');
  // From dist/src/index.js of its package.
  const webclient = client === undefined ? undefined : join(dirname(client), '../../bin/webclient.js');
  const programs = folderOfAll([ringNode, webclient, ...['@coring/sockets', 'koa'].map(found)].filter((file) => file !== undefined));
  const node = realpathSync(process.execPath);
  return { node, ringNode, ...(webclient === undefined ? {} : { webclient }), hidden: [node, programs].filter(isHidden) };
}

/** The folder that has all of these files somewhere in it. */
function folderOfAll(files: readonly string[]): string {
  let folder = dirname(files[0]!);
  while (!files.every((file) => file.startsWith(`${folder}${sep}`)) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

function isHidden(path: string): boolean {
  return hiding.some((folder) => path.startsWith(`${folder}/`));
}
