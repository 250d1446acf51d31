import { paths } from '@coring/protocol';
import test from 'ava';
import { listeningNode, run, startFile } from '../a-command.js';
import { aFolder } from '../a-ring.js';
import { instructions, isThere, lastStage, textOf, unknownScripts } from './files.js';

const command = JSON.parse(lastStage('ENTRYPOINT')) as [string, string, ...string[]];
const healthCheck = JSON.parse(/CMD (\[.*\])$/.exec(lastStage('HEALTHCHECK'))![1]!) as [string, string, string];

test('A11 every stage of the Containerfile copies from the tree or from an earlier stage, and runs scripts that there are', (t) => {
  const stages: string[] = [];
  for (const { name, rest } of instructions()) {
    if (name === 'FROM') stages.push(/ AS (\w+)$/.exec(rest)?.[1] ?? 'the image');
    const from = /--from=(\w+)/.exec(rest)?.[1];
    if (from !== undefined) t.true(stages.slice(0, -1).includes(from), rest);
  }
  t.deepEqual(stages, ['built', 'installed', 'the image']);
  t.deepEqual(unknownScripts(textOf('Containerfile')), []);
  for (const [, path] of instructions().map(({ rest }) => rest).join('\n').matchAll(/--workspace (\S+)|node (packages\/\S+)/g)) if (path !== undefined) t.true(isThere(path), path);
});

test('A11 nothing that the build takes is kept from the container, and nothing that is built here gets in', (t) => {
  const ignored = textOf('.containerignore').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const { references } = JSON.parse(textOf('tsconfig.json')) as { references: { path: string }[] };
  const taken = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json', 'scripts', 'LICENSE', ...references.map(({ path }) => path)];
  const isIgnored = (path: string): boolean => ignored.some((pattern) => path === pattern || path.startsWith(`${pattern}/`));
  t.deepEqual(taken.filter(isIgnored), []);
  const builtHere = textOf('.gitignore').split('\n').filter((line) => line !== '' && line !== '*.tgz').map((line) => line.replace(/\/$/, ''));
  t.deepEqual(builtHere.filter((path) => !ignored.includes(path) && !ignored.includes(`**/${path}`)), []);
});

test('A11 the image starts the program as nobody in particular, with flags that it knows', async (t) => {
  t.regex(lastStage('USER'), /^[1-9]\d*:[1-9]\d*$/);
  const [node, program, ...flags] = command;
  t.is(node, healthCheck[0]);
  t.true(isThere(program.replace('/coring/', '')), program);
  t.deepEqual(flags.slice(-2), ['--data', lastStage('VOLUME')]);
  const { stdout } = await run(t, 'ring-node', ['--help']);
  for (const flag of flags.filter((one) => one.startsWith('--'))) t.true(stdout.includes(` ${flag} `), flag);
});

test('A11 the check of health is well while its node is, and not when it is gone', async (t) => {
  const [, flag, text] = healthCheck;
  t.true(text.includes(`127.0.0.1:${lastStage('EXPOSE')}${paths.healthz}'`));
  const { node, port } = await listeningNode(t, ['--listen', '127.0.0.1:0', '--data', await aFolder(t)]);
  const check = async (): Promise<number | null> => (await startFile(t, process.execPath, [flag, text.replace(`:${lastStage('EXPOSE')}/`, `:${port}/`)]).ended).code;
  t.is(await check(), 0);
  node.signal('SIGTERM');
  await node.ended;
  t.is(await check(), 1);
});
