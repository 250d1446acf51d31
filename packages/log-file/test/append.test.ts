import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { alone, append, cutTornLine, generations, LogFileError } from '../src/index.js';

async function aFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coring-log-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function messageOf(what: Promise<unknown>): Promise<string> {
  return what.then(
    () => 'nothing was wrong',
    (error: unknown) => (error instanceof LogFileError ? error.message : String(error)),
  );
}

test('E02 U08 the log is turned over before it grows too large, and the oldest go', async (t) => {
  const folder = await aFolder(t);
  const file = join(folder, 'log');
  for (let i = 0; i < 100; i++) await append(file, `line ${i}\n`, { bytesMax: 30 });
  t.deepEqual((await readdir(folder)).sort(), ['log', 'log.1', 'log.2', 'log.3', 'log.4', 'log.5']);
  t.is(await readFile(file, 'utf8'), 'line 99\n');
  t.is(await readFile(`${file}.1`, 'utf8'), 'line 96\nline 97\nline 98\n');
  for (const name of await readdir(folder)) t.true((await stat(join(folder, name))).size <= 30);
  t.is(generations(file)[0], `${file}.5`);
});

test('U08 each new file begins with what it is to begin with', async (t) => {
  const file = join(await aFolder(t), 'log');
  for (const line of ['a\n', 'b\n', 'c\n']) await append(file, line, { bytesMax: 9, begin: 'new:\n' });
  t.deepEqual([await readFile(`${file}.1`, 'utf8'), await readFile(file, 'utf8')], ['new:\na\nb\n', 'new:\nc\n']);
});

test('U08 what a link leads to, and what is no plain file, is not written', async (t) => {
  const folder = await aFolder(t);
  await writeFile(join(folder, 'target'), 'kept\n');
  await symlink(join(folder, 'target'), join(folder, 'link'));
  await mkdir(join(folder, 'folder'));
  t.is(await messageOf(append(join(folder, 'link'), 'x\n')), `the log cannot be written: ${join(folder, 'link')} is a link`);
  t.regex(await messageOf(append(join(folder, 'folder'), 'x\n')), /^the log cannot be written: EISDIR/);
  t.is(await messageOf(append('/dev/null', 'x\n')), 'the log cannot be written: /dev/null is no plain file');
  t.is(await readFile(join(folder, 'target'), 'utf8'), 'kept\n');
});

test('U08 a line that was never finished is cut off, however long it is', async (t) => {
  const file = join(await aFolder(t), 'log');
  for (const [before, after] of [['', ''], ['a\nb\n', 'a\nb\n'], ['a\ntorn', 'a\n'], ['torn', ''], [`a\n${'x'.repeat(200_000)}`, 'a\n'], ['x'.repeat(131_072), '']] as const) {
    await writeFile(file, before);
    await cutTornLine(file);
    t.is(await readFile(file, 'utf8'), after);
  }
});

test('E08 U08 no two write one log, by whatever name its folder goes', async (t) => {
  const folder = await aFolder(t);
  await symlink(folder, join(folder, 'itself'));
  const letGo = await alone(join(folder, 'log'));
  t.is(await messageOf(alone(join(folder, 'itself', 'log'))), `another program is writing ${join(folder, 'itself', 'log')}`);
  (await alone(join(folder, 'other')))();
  letGo();
  t.regex(await messageOf(alone(join(folder, 'no', 'log'))), /^the log cannot be written: ENOENT/);
});
