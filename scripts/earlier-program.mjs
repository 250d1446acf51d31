// Builds an earlier revision of this repository, the last tag or the one that CORING_UPGRADE_FROM names, in the folder for temporary files, and
// prints the path of its ring-node. It is kept for the next run. Where there is nothing to build it says why, and ends with 1.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

try {
  process.stdout.write(join(built(process.env.CORING_UPGRADE_FROM ?? lastTag()), 'packages/ring-node/bin/ring-node.js'));
} catch (error) {
  process.stderr.write(`no earlier program: ${error.message}\n`);
  process.exitCode = 1;
}

function lastTag() {
  try {
    return git('describe', '--tags', '--abbrev=0');
  } catch {
    throw new Error('no tag is known here; CORING_UPGRADE_FROM=REVISION takes any revision');
  }
}

function built(revision) {
  const commit = git('rev-parse', '--verify', `${revision}^{commit}`);
  const folder = join(tmpdir(), `coring-earlier-${commit.slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  process.stderr.write(`building ${revision} in ${folder}\n`);
  const building = mkdtempSync(`${folder}.`);
  try {
    execFileSync('sh', ['-c', 'git -C "$1" archive "$2" | tar -x -C "$3"', 'sh', root, commit, building]);
    for (const args of [['ci'], ['run', 'build']]) execFileSync('npm', args, { cwd: building, stdio: ['ignore', 'ignore', 'inherit'] });
    renameSync(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return folder;
}

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
