import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { output } from './programs.mjs';

/** What the guest needs: the file system that it is lent, room to write over it, and vsock that leads back to itself. */
const wanted = ['virtio_pci', '9pnet_virtio', '9p', 'overlay', 'vsock_loopback'];
const kept = fileURLToPath(new URL('../../node_modules/.cache/coring-guest/', import.meta.url));

/**
 * Debian's newest kernel, of which nothing is installed: its package is fetched once, and what the guest needs of it is kept among other caches.
 * Gives the path of the kernel, and those of its modules in the order in which they are loaded. @throws Error
 */
export async function kernel() {
  const name = nameOfPackage();
  const folder = join(kept, name);
  if (!(await isThere(folder))) await fetchKernel(name, folder);
  const modules = join(folder, 'modules');
  return { image: join(folder, 'vmlinuz'), modules: (await readdir(modules)).sort().map((file) => join(modules, file)) };
}

/** The package that the one with the plain name stands for at present. */
function nameOfPackage() {
  const name = /^\s*Depends: (linux-image-\S+)$/m.exec(output('apt-cache', ['depends', 'linux-image-amd64']))?.[1];
  if (name === undefined) throw new Error('not tried: apt knows of no kernel; apt-get update');
  return name;
}

async function fetchKernel(name, folder) {
  const work = `${folder}.part`;
  await rm(work, { recursive: true, force: true });
  const [tree, chosen] = [join(work, 'tree'), join(work, 'chosen')];
  await mkdir(join(chosen, 'modules'), { recursive: true });
  process.stdout.write(`guest: fetches ${name}\n`);
  output('apt-get', ['-qq', 'download', name], { cwd: work });
  const [file] = (await readdir(work)).filter((one) => one.endsWith('.deb'));
  output('dpkg-deb', ['-x', join(work, file), tree]);
  const [version] = await readdir(join(tree, 'lib/modules'));
  output('depmod', ['-b', tree, version]);
  await copyFile(join(tree, `boot/vmlinuz-${version}`), join(chosen, 'vmlinuz'));
  let number = 0;
  for (const path of modulesInOrder(tree, version)) await copyFile(path, join(chosen, 'modules', `${String((number += 1)).padStart(2, '0')}-${basename(path)}`));
  await rename(chosen, folder);
  await rm(work, { recursive: true });
}

/** The wanted modules, each after those that it needs. */
function modulesInOrder(tree, version) {
  const lines = wanted.flatMap((name) => output('modprobe', ['-d', tree, '-S', version, '--show-depends', name]).split('\n'));
  return [...new Set(lines.map((line) => /^insmod (\S+)/.exec(line)?.[1]).filter((path) => path !== undefined))];
}

async function isThere(folder) {
  return readdir(folder).then(() => true, () => false);
}
