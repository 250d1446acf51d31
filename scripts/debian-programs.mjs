import { spawnSync } from 'node:child_process';

/** Programs of the administrator are not where everybody looks. */
export function withSystemFolders() {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
}

export function isThere(program) {
  return spawnSync('sh', ['-c', 'command -v "$0"', program], { env: withSystemFolders() }).status === 0;
}

/** Installs packages of Debian, as root. Whether that came to anything shows in what is there afterwards. */
export function install(packages) {
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    spawnSync('apt-get', ['-qq', ...args], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}
