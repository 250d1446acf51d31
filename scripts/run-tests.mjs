// Runs ava over the built tests and ends with one line, `N passed, N failed`. Arguments are handed on to ava.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const ava = fileURLToPath(new URL('../node_modules/ava/entrypoints/cli.mjs', import.meta.url));
/** Longer than any test here takes or gives itself. Without it a run may hang: AVA's own limit is put off by a test that has set a longer one, and does not come back. */
const QUIET_MS = 12 * 60_000;
const escapes = /\u001b\[[0-9;]*m/g;

// Tests that start programs start what users do, made from what `tsc -b` has built last; on an emulated machine that is made before.
if (process.env.CORING_TEST_AS_BUILT !== '1') await import('./bundle.mjs');

// The tests across packages start many processes: one ring at a time in each of their files.
const given = process.argv.slice(2);
const runs = given.length > 0 ? [given] : [['packages/**'], ['test/**', '--serial']];
// All tests: once there is a release, a ring of it becomes this one and back.
if (given.length === 0) process.env.CORING_EARLIER ??= earlierProgram();

let passed = 0;
let failed = 0;
for (const args of runs) {
  const counts = await run(args);
  passed += counts.passed;
  failed += counts.failed;
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** The last release, built; nothing where there is none, and then why. */
function earlierProgram() {
  const { stdout } = spawnSync(process.execPath, [fileURLToPath(new URL('earlier-program.mjs', import.meta.url))], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return stdout;
}

async function run(args) {
  const child = spawn(process.execPath, [ava, ...args], { cwd: root, stdio: ['inherit', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const counts = { passed: 0, failed: 0 };
  // AVA then says which file it was, and ends; where that file cannot be ended, AVA is.
  const signals = ['SIGINT'];
  const quiet = given.length > 0 ? undefined : setTimeout(() => child.kill(signals.pop() ?? 'SIGKILL'), QUIET_MS);
  for await (const line of createInterface({ input: child.stdout })) {
    process.stdout.write(`${line}\n`);
    quiet?.refresh();
    const plain = line.replaceAll(escapes, '');
    if (/^ {2}✔ /.test(plain)) counts.passed++;
    else if (/^ {2}✘ /.test(plain)) counts.failed++;
  }
  clearTimeout(quiet);
  // A crash, or a file without tests, fails the run although no test has failed.
  if ((await closed) !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}
