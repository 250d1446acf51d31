import { execFile } from 'node:child_process';
import { chmod, chown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { aFolder, aNode, aProcess, main, type TestNode } from './a-ring.js';
import { get, put, someBytes } from './files.js';

const NOBODY = 65_534;
const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] as const;
const large = someBytes(1_000_000);

const obstacle = await whyNot();
const permissionTest = obstacle === undefined ? test : test.skip;

permissionTest(`a node that may no longer touch its data directory says so of each upload that needs that, loses nothing, and goes on by itself when it may again${obstacle ?? ''}`, async (t) => {
  const node = await aNodeOfNobody(t);
  t.is((await put(node, 'small', 'small')).status, 201);
  t.is((await put(node, 'large', large)).status, 201);
  await forbid(node.data);
  t.is((await put(node, 'another', large)).status, 500);
  t.is(Buffer.from((await get(node, 'small')).bytes).toString(), 'small');
  t.is((await get(node, 'large')).status, 503);
  t.is((await get(node, 'another')).status, 404);
  await allow(node.data);
  t.deepEqual((await get(node, 'large')).bytes, large);
  t.is((await put(node, 'another', large)).status, 201);
});

permissionTest(`a node that may not touch its data directory ends with one line, at its end as at its start${obstacle ?? ''}`, async (t) => {
  const node = await aNodeOfNobody(t);
  await forbid(node.data);
  node.signal('SIGTERM');
  await endsInOneLine(t, node);
  await endsInOneLine(t, await aProcess(t, { data: node.data, within: asNobody }));
  await allow(node.data);
});

async function aNodeOfNobody(t: ExecutionContext): Promise<TestNode> {
  const folder = await aFolder(t);
  await chown(folder, NOBODY, NOBODY);
  return aNode(t, { data: join(folder, 'data'), within: asNobody });
}

/** Folders alone: what is open stays open. */
async function forbid(data: string): Promise<void> {
  for (const folder of await foldersIn(data)) await chmod(folder, 0);
}

async function allow(data: string): Promise<void> {
  await chmod(data, 0o700);
  for (const folder of await foldersIn(data)) await chmod(folder, 0o700);
}

async function foldersIn(data: string): Promise<string[]> {
  const entries = await readdir(data, { withFileTypes: true });
  return [...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(data, name)), data];
}

async function endsInOneLine(t: ExecutionContext, node: TestNode): Promise<void> {
  t.deepEqual(await node.exited, { code: 1, signal: null });
  t.regex(node.stderr, /^ring-node: .+ EACCES: permission denied.+\n$/);
  t.log(node.stderr.trim());
}

/** Only who may do anything can make a process of somebody else, which has to find its program. */
async function whyNot(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return ' (not tried: that takes root)';
  const [file, ...args] = [...asNobody, process.execPath, main, '--version'];
  return promisify(execFile)(file!, args).then(() => undefined, (error: Error) => ` (not tried: ${error.message.split('\n')[0]})`);
}
