import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { nodeProcesses } from '../src/processes.js';

test('a process is told from those that had its number before, and from those of an earlier start of the machine', async (t) => {
  const self = await nodeProcesses.self();
  t.true(await nodeProcesses.isRunning(self));
  t.true(await nodeProcesses.isRunning({ ...self, start: '' }));
  t.false(await nodeProcesses.isRunning({ ...self, start: `${self.start}0` }));
  t.false(await nodeProcesses.isRunning({ ...self, boot: '0' }));
  const { pid } = spawnSync(process.execPath, ['--version']);
  t.false(await nodeProcesses.isRunning({ ...self, pid }));
});

const isTried = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'sh', '-c', 'mount -t proc -o hidepid=2 proc /proc && setpriv --reuid=65534 --clear-groups true']).status === 0;

(isTried ? test : test.skip)(`one that is hidden is not taken for one that has ended${isTried ? '' : ' (not tried: it takes root, unshare and setpriv)'}`, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'coring-processes-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  await copyFile(fileURLToPath(new URL('../src/processes.js', import.meta.url)), join(folder, 'processes.mjs'));
  const self = await nodeProcesses.self();
  const program = `import { nodeProcesses } from './processes.mjs'; console.log(await nodeProcesses.isRunning(${JSON.stringify(self)}), await nodeProcesses.isRunning(${JSON.stringify({ ...self, pid: 4_194_304 })}));`;
  const hidden = 'mount -t proc -o hidepid=2 proc /proc && cd "$1" && exec setpriv --reuid=65534 --clear-groups "$2" --input-type=module --eval "$3"';
  const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', hidden, 'sh', folder, process.execPath, program], { encoding: 'utf8' });
  t.is(stdout, 'true false\n', stderr);
});
