// Runs a command in a small virtual machine with a kernel of its own, which has what this machine's may lack; its files are this machine's, and what it
// writes is gone afterwards. `node scripts/guest/main.mjs COMMAND ARGUMENT…` ends as the command does, or with 1 where it could not be tried.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initramfs } from './initramfs.mjs';
import { kernel } from './kernel.mjs';
import { boot } from './machine.mjs';
import { getPrograms } from './programs.mjs';

try {
  const command = process.argv.slice(2);
  if (command.length === 0) throw new Error('which command?');
  getPrograms();
  process.exitCode = await within(command);
} catch (error) {
  process.stderr.write(`guest: ${error.message}\n`);
  process.exitCode = 1;
}

/** Gives the command's exit status. @throws Error */
async function within(command) {
  const folder = await mkdtemp(join(tmpdir(), 'coring-guest-'));
  try {
    const { image, modules } = await kernel();
    return await boot({ folder, image, initramfs: await initramfs({ folder, modules, command }) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
