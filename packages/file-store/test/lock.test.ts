import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { nodeClaims } from '../src/claims.js';
import { openFileStore } from '../src/index.js';
import { takeLock } from '../src/lock.js';
import { nodeFiles } from '../src/node-files.js';
import { aFolder } from './a-folder.js';

test('a directory in use is refused, naming the process that has it', async (t) => {
  const dir = await aFolder(t);
  const { store } = await openFileStore(dir);
  await t.throwsAsync(openFileStore(dir), { code: 'in-use', message: new RegExp(`process ${process.pid}`) });
  await store.close();
  t.deepEqual(await locksIn(dir), []);
  const { store: again } = await openFileStore(dir);
  await again.close();
});

test('a directory whose process was killed is free at once, and one whose process runs, or is stopped, is not', async (t) => {
  const dir = await aFolder(t);
  const holder = await aHolder(t, dir);
  await t.throwsAsync(openFileStore(dir), { code: 'in-use', message: new RegExp(`process ${holder.pid}`) });
  holder.kill('SIGSTOP');
  await t.throwsAsync(openFileStore(dir), { code: 'in-use' });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  t.is((await locksIn(dir)).length, 1);
  const freed = await openFileStore(dir);
  t.false(freed.isNew);
  await freed.store.close();
  t.deepEqual(await locksIn(dir), []);
});

const CONTAINER = ['--pid', '--fork', '--mount-proc', '--net', '--ipc', '--kill-child'];
const canContain = process.getuid?.() === 0 && spawnSync('unshare', [...CONTAINER, 'true']).status === 0;

(canContain ? test : test.skip)(`a process of another container has its directory too${canContain ? '' : ' (not tried: it takes root and unshare)'}`, async (t) => {
  const dir = await aFolder(t);
  const holder = await aHolder(t, dir, 'unshare', ...CONTAINER);
  await t.throwsAsync(openFileStore(dir), { code: 'in-use', message: /process 1 / });
  process.kill(Number(await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8')), 'SIGKILL');
  await once(holder, 'exit');
  const { store } = await openFileStore(dir);
  await store.close();
});

for (const folder of ['short', 'ä'.repeat(60)]) {
  test(`of several that come at the same moment at most one has the directory: ${folder}`, async (t) => {
    const dir = join(await aFolder(t), folder);
    await mkdir(dir);
    for (let round = 0; round < 40; round++) {
      const all = await Promise.allSettled(Array.from({ length: 1 + (round % 5) }, () => takeLock(dir, nodeFiles)));
      const taken = all.filter((one) => one.status === 'fulfilled');
      t.true(taken.length <= 1);
      for (const one of all) if (one.status === 'rejected') t.is(one.reason.code, 'in-use');
      if (all.length === 1) t.is(taken.length, 1);
      t.is((await locksIn(dir)).length, taken.length);
      for (const { value: release } of taken) await release();
    }
    t.deepEqual(await locksIn(dir), []);
  });
}

test('a claim that was removed before it could be asked is none', async (t) => {
  const dir = await aFolder(t);
  const make = async (path: string): ReturnType<typeof nodeClaims.make> => {
    const release = await nodeClaims.make(path);
    await unlink(path);
    return release;
  };
  await t.throwsAsync(takeLock(dir, { ...nodeFiles, claims: { ...nodeClaims, make } }), { code: 'in-use' });
  const release = await takeLock(dir, nodeFiles);
  await release();
});

test('what is no socket is no claim', async (t) => {
  const dir = await aFolder(t);
  await writeFile(join(dir, `lock-${process.ppid}-0123456789abcdef`), '');
  const release = await takeLock(dir, nodeFiles);
  t.is((await locksIn(dir)).length, 1);
  await release();
});

(process.platform === 'linux' ? test : test.skip)('where the file system has no sockets the processes of one network still tell a directory in use', async (t) => {
  const dir = await aFolder(t);
  const files = { ...nodeFiles, claims: { ...nodeClaims, make: async () => undefined } };
  const release = await takeLock(dir, files);
  await t.throwsAsync(takeLock(`${dir}/.`, files), { code: 'in-use' });
  await release();
  const again = await takeLock(dir, files);
  await again();
});

async function locksIn(dir: string): Promise<string[]> {
  return (await readdir(dir)).filter((name) => name.startsWith('lock'));
}

/** Another process that has a store in this directory open. */
async function aHolder(t: ExecutionContext, dir: string, ...within: string[]): Promise<ChildProcess> {
  const program = `
    const { openFileStore } = await import(process.argv[1]);
    await openFileStore(process.argv[2]);
    console.log('open');
    setInterval(() => {}, 1000);`;
  const store = new URL('../src/index.js', import.meta.url).href;
  const [command, ...given] = [...within, process.execPath, '--input-type=module', '-e', program, store, dir];
  const holder = spawn(command!, given, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  return holder;
}
