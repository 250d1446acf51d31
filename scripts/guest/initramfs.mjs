import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { output } from './programs.mjs';

const init = fileURLToPath(new URL('init.sh', import.meta.url));

/** Packs what the guest begins with: a shell, the modules of its kernel, and what it is to do. Gives the path. */
export async function initramfs({ folder, modules, command }) {
  const root = join(folder, 'root');
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'modules'));
  await copyFile(output('sh', ['-c', 'command -v busybox']).trim(), join(root, 'bin/busybox'));
  for (const path of modules) await copyFile(path, join(root, 'modules', basename(path)));
  await copyFile(init, join(root, 'init'));
  await writeFile(join(root, 'command'), script(command));
  const packed = join(folder, 'initramfs');
  output('sh', ['-c', 'find . | cpio --quiet -o -H newc > "$0"', packed], { cwd: root });
  return packed;
}

/** Where the command runs it finds what it would find here. Its exit status goes out by the second serial line, and then the machine is done. */
function script(command) {
  const variables = Object.entries(process.env).filter(([name]) => /^(PATH|HOME|LANG|CORING_\w+)$/.test(name));
  return [
    ...variables.map(([name, value]) => `export ${name}=${quoted(value)}`),
    'export TERM=dumb',
    'stty -F /dev/ttyS0 -onlcr',
    `cd ${quoted(process.cwd())} && ${command.map(quoted).join(' ')}`,
    'echo $? > /dev/ttyS1',
    '# To change anything of a terminal waits until it has printed.',
    'stty -F /dev/ttyS0 onlcr',
    'echo o > /proc/sysrq-trigger',
    'read -r nothing < /dev/ttyS1',
    '',
  ].join('\n');
}

/** As the shell reads it back. */
function quoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
