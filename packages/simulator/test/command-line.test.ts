import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));

function simulate(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test('one run ends with a summary line', async (t) => {
  const { code, stdout } = await simulate('--seed', '1');
  t.is(code, 0);
  t.regex(stdout.trimEnd().split('\n').at(-1)!, /^seeds 1 to 1: 0 of 1 violated, .* seeds\/s; /);
});

test('a trace shows what the nodes say to each other', async (t) => {
  const { stdout } = await simulate('--seed', '2', '--trace');
  t.regex(stdout, /n\d +gets from n\d CHECK \{"id":/);
});

for (const args of [['--seed', 'x'], ['--seeds', '0'], ['--mutation', 'nothing'], ['--seed', '1', '--seeds', '2'], ['more']]) {
  test(`wrong use ends with 2: ${args.join(' ')}`, async (t) => {
    const { code, stderr } = await simulate(...args);
    t.is(code, 2);
    t.regex(stderr, /usage: npm run sim/);
  });
}
