// Builds the addon with the node-gyp that npm brings along, where a C compiler and this Node's headers are at hand. Nothing is downloaded, and
// nothing fails: without the addon the other families work, and a node says which do not.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, 'build/Release/sockets.node');

if (!isFresh()) {
  rmSync(join(here, 'build'), { recursive: true, force: true });
  const reason = build();
  // What a failed build leaves is not to be taken for a good one.
  if (reason !== undefined) rmSync(join(here, 'build'), { recursive: true, force: true });
  process.stdout.write(reason === undefined ? 'the addon for sockets: built\n' : `the addon for sockets: not built, ${reason}\n`);
}

function isFresh() {
  if (!existsSync(built)) return false;
  const builtMs = statSync(built).mtimeMs;
  return readdirSync(here, { withFileTypes: true }).every((entry) => !entry.isFile() || statSync(join(here, entry.name)).mtimeMs <= builtMs);
}

/** Why it could not be built; undefined where it was. */
function build() {
  if (process.platform !== 'linux') return 'it is for Linux';
  const headers = headersOfNode();
  if (headers === undefined) return `there are no headers of Node.js beside ${process.execPath}`;
  const compiler = process.env.CC ?? 'cc';
  if (spawnSync(compiler, ['--version']).status !== 0) return `there is no C compiler (${compiler})`;
  const nodeGyp = findNodeGyp();
  if (nodeGyp === undefined) return 'npm has no node-gyp';
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [nodeGyp, 'rebuild', '--nodedir', headers], { cwd: here, encoding: 'utf8', timeout: 300_000 });
  if (status === 0 && existsSync(built)) return undefined;
  return `node-gyp failed${error === undefined ? '' : ` (${error.message})`}:\n${stdout}${stderr}`;
}

/** The folder whose include/node has them. */
function headersOfNode() {
  const folders = [process.env.npm_config_nodedir, dirname(dirname(process.execPath))];
  return folders.find((folder) => folder !== undefined && existsSync(join(folder, 'include/node/node_api.h')) && existsSync(join(folder, 'include/node/common.gypi')));
}

function findNodeGyp() {
  const npm = process.env.npm_execpath === undefined ? join(dirname(dirname(process.execPath)), 'lib/node_modules/npm') : dirname(dirname(process.env.npm_execpath));
  return [npm, '/usr/share/nodejs/npm'].map((folder) => join(folder, 'node_modules/node-gyp/bin/node-gyp.js')).find((file) => existsSync(file));
}
