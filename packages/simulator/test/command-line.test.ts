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

test('one run ends with a small table', async (t) => {
  const { code, stdout } = await simulate('--seed', '1');
  t.is(code, 0);
  t.regex(stdout, /^seeds +1 to 1, 0 of 1 violated$/m);
  t.regex(stdout, /^time +[\d.]+ seeds\/s, [\d.]+ simulated hours$/m);
  t.regex(stdout, /^answers +strong \d+, /m);
});

test('a run that fails is made smaller, and one line replays what is left of it', async (t) => {
  const { code, stdout } = await simulate('--seed', '4', '--mutation', 'fast-ignores-base');
  t.is(code, 1);
  const [, parts, kept, list] = /of its (\d+) parts these (\d+) are enough: .* --only ([\d,-]+) --trace/.exec(stdout) ?? [];
  t.true(Number(kept) < Number(parts) / 2, stdout);
  const again = await simulate('--seed', '4', '--mutation', 'fast-ignores-base', '--only', list!);
  t.is(again.code, 1);
  t.is(violationIn(again.stdout), violationIn(stdout));
});

function violationIn(stdout: string): string | undefined {
  return /^ {4}(\w+): /m.exec(stdout)?.[1];
}

test('rings of another size are another run, and the line that replays one says so', async (t) => {
  const { code, stdout } = await simulate('--seed', '4', '--nodes', '9', '--mutation', 'doubt-the-dead', '--no-shrink');
  t.is(code, 1);
  t.true(stdout.includes('npm run sim -- --seed 4 --nodes 9 --mutation doubt-the-dead --trace'), stdout);
  t.is((await simulate('--nodes', '0')).code, 2);
});

test('a trace in full shows what the nodes say to each other', async (t) => {
  const { stdout } = await simulate('--seed', '2', '--trace-all');
  t.regex(stdout, /n\d +gets from n\d CHECK \{"id":/);
});

test('a trace has short lines, and only those that matter', async (t) => {
  const { stdout } = await simulate('--seed', '2', '--trace');
  const lines = stdout.split('\n');
  t.true(Math.max(...lines.map(({ length }) => length)) <= 200);
  t.regex(stdout, /n\d +is asked \{ref:/);
  t.regex(stdout, /n\d +gets from n\d ACCEPT \{/);
  t.false(lines.some((line) => line.includes('CHECK {') && !line.includes('vote:') && line.length < 200));
});

for (const args of [['--seed', 'x'], ['--seeds', '0'], ['--mutation', 'nothing'], ['--seed', '1', '--seeds', '2'], ['--only', '1'], ['--seed', '1', '--only', '3-1'], ['more']]) {
  test(`wrong use ends with 2: ${args.join(' ')}`, async (t) => {
    const { code, stderr } = await simulate(...args);
    t.is(code, 2);
    t.regex(stderr, /usage: npm run sim/);
  });
}
