import { spawnSync } from 'node:child_process';
import { install, isThere, withSystemFolders } from '../debian-programs.mjs';

/** The programs that it takes here and in the guest, each with its packages in Debian. */
const packages = {
  'qemu-system-x86_64': ['qemu-system-x86', 'seabios'],
  busybox: ['busybox-static'],
  cpio: ['cpio'],
  depmod: ['kmod'],
  socat: ['socat'],
  'systemd-socket-activate': ['systemd'],
};

/** Sees to it that they are there: what is missing is installed, where that may be. @throws Error that says why there can be no guest */
export function getPrograms() {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw notTried(`it takes Linux on x64, and this is ${process.platform} on ${process.arch}`);
  if (!isThere('apt-get') || !isThere('dpkg-deb')) throw notTried('its kernel is one of Debian, and there is no apt-get');
  const missing = Object.keys(packages).filter((name) => !isThere(name));
  if (missing.length === 0) return;
  const wanted = missing.flatMap((name) => packages[name]);
  if (process.getuid() !== 0) throw notTried(`there is no ${missing.join(', ')}: apt-get install --no-install-recommends ${wanted.join(' ')}`);
  process.stdout.write(`guest: installs ${wanted.join(' ')}\n`);
  install(wanted);
  const still = missing.filter((name) => !isThere(name));
  if (still.length > 0) throw notTried(`apt-get did not install ${still.join(', ')}`);
}

/** Runs a program to its end; gives what it printed. @throws Error with what it complained of */
export function output(file, args, options = {}) {
  const { error, status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 2 ** 26, env: withSystemFolders(), ...options });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stderr.trim()}`);
  return stdout;
}

function notTried(why) {
  return new Error(`not tried: ${why}`);
}
