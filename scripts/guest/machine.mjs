import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** No guest takes so long, unless it hangs, in milliseconds. */
const WITHIN_MS = 20 * 60_000;

/**
 * Starts the machine, hands on what it prints, and waits for its end. All of it is emulated, so that it is the same where there is no acceleration
 * and where there is one that does not work. Gives the exit status of its command. @throws Error where the machine ends before that
 */
export async function boot({ folder, image, initramfs }) {
  const status = join(folder, 'status');
  await writeFile(status, '');
  const machine = spawn(
    'qemu-system-x86_64',
    [
      ...['-machine', 'q35,accel=tcg', '-cpu', 'max', '-smp', '2', '-m', '2048', '-no-reboot', '-nodefaults', '-display', 'none'],
      ...['-kernel', image, '-initrd', initramfs, '-append', 'console=ttyS0 panic=-1 loglevel=1'],
      ...['-serial', 'stdio', '-serial', `file:${status}`],
      ...['-virtfs', 'local,path=/,mount_tag=lent,security_model=none,readonly=on,multidevs=remap'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const end = () => machine.kill();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
  const late = setTimeout(end, WITHIN_MS);
  machine.stdout.pipe(process.stdout);
  await once(machine, 'close');
  clearTimeout(late);
  const told = (await readFile(status, 'utf8')).trim();
  if (!/^\d+$/.test(told)) throw new Error('the machine ended before its command did');
  return Number(told);
}
