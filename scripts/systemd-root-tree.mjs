// Builds a minimal Debian with systemd for the tests that boot one, in the folder for temporary files, and prints where it is. It is kept for the next
// run. Where it cannot be built it says why, and prints nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { install, isThere } from './debian-programs.mjs';

const packages = ['systemd', 'systemd-sysv', 'dbus', 'dbus-user-session', 'libpam-systemd', 'libnss-systemd', 'cron', 'curl', 'iproute2', 'net-tools', 'netcat-openbsd', 'inetutils-telnet', 'iputils-ping', 'procps', 'socat', 'libstdc++6', 'libatomic1'];
/** Older ones are built anew: they lack what was mended since, and files that nobody reads for long are removed from there. */
const AGE_MAX_MS = 5 * 24 * 3_600_000;
const BUILT_WITHIN_MS = 3_600_000;

try {
  process.stdout.write(treeOf(thisRelease()));
} catch (error) {
  process.stderr.write(`systemd is not booted: ${error.message}\n`);
}

function treeOf(release) {
  if (process.getuid?.() !== 0) throw new Error('that takes root');
  haveTools();
  const tree = join(tmpdir(), `coring-systemd-${createHash('sha256').update([release, ...packages].join()).digest('hex').slice(0, 12)}`);
  if (existsSync(tree) && !isOld(join(tree, 'etc/hostname'), AGE_MAX_MS)) return tree;
  rmSync(tree, { recursive: true, force: true });
  // What an interrupted run has left; another one may be at work.
  for (const name of readdirSync(tmpdir())) if (name.startsWith(`${basename(tree)}.`) && isOld(join(tmpdir(), name), BUILT_WITHIN_MS)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  const building = `${tree}.${randomBytes(4).toString('hex')}`;
  process.stderr.write(`building a minimal Debian ${release} in ${tree}: a minute or two\n`);
  const sources = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list.d/ubuntu.sources', '/etc/apt/sources.list'].filter((file) => existsSync(file)).slice(0, 1);
  const { status, stderr } = spawnSync('mmdebstrap', ['--quiet', '--variant=minbase', `--include=${packages.join()}`, release, building, ...sources], { encoding: 'utf8' });
  if (status !== 0) {
    rmSync(building, { recursive: true, force: true });
    throw new Error(`its root tree could not be built: ${stderr.trim().split('\n').at(-1)}`);
  }
  execFileSync('sh', ['-c', 'echo coring-test > "$1/etc/hostname"; echo uninitialized > "$1/etc/machine-id"', 'sh', building]);
  renameSync(building, tree);
  return tree;
}

function isOld(path, ageMs) {
  return Date.now() - statSync(path).mtimeMs > ageMs;
}

function thisRelease() {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const release = /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1];
  if (release === undefined || !/^ID(_LIKE)?=.*(debian|ubuntu)/m.test(text)) throw new Error('the tree is built from the packages of a Debian, and this is none');
  return release;
}

function haveTools() {
  const tools = { mmdebstrap: 'mmdebstrap', 'systemd-nspawn': 'systemd-container' };
  const missing = Object.keys(tools).filter((tool) => !isThere(tool));
  if (missing.length === 0) return;
  const wanted = missing.map((tool) => tools[tool]);
  process.stderr.write(`installing ${wanted.join(' and ')}\n`);
  install(wanted);
  if (!missing.every(isThere)) throw new Error(`${wanted.join(' and ')} could not be installed`);
}
