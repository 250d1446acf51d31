import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startFile } from './a-command.js';
import { aFolder } from './a-ring.js';

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));

test('D01 the demonstration gets every file back and ends by itself', async (t) => {
  t.timeout(240_000);
  const folder = await aFolder(t);
  const demo = startFile(t, process.execPath, [join(scripts, 'demo.mjs')], { env: { TMPDIR: folder } });
  const { code, stdout, stderr } = await demo.ended;
  t.is(code, 0, stdout + stderr);
  t.regex(stdout, /^Every file came back byte for byte/m);
  const pids = [...stdout.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));
  t.is(pids.length, 4);
  t.false(pids.some(isRunning));
  t.is(stderr, '');
});

test('a local ring of two says how to use it and stops all its nodes', async (t) => {
  t.timeout(120_000);
  const folder = await aFolder(t);
  const ring = startFile(t, process.execPath, [join(scripts, 'local-ring.mjs'), '2'], { env: { TMPDIR: folder } });
  const [, data] = await ring.printed(/what it keeps is in (\S+) and/, 60_000);
  const pids = [...ring.stdout.matchAll(/\(process (\d+)\)/g)].map(([, pid]) => Number(pid));
  t.is(pids.length, 2);
  t.true(pids.every(isRunning));
  ring.signal('SIGINT');
  t.is((await ring.ended).code, 0);
  t.false(pids.some(isRunning));
  t.false(existsSync(data!));
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
