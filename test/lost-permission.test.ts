import { execFile } from 'node:child_process';
import { chmod, chown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { aFolder, aNode, aProcess, main, type TestNode, whole } from './a-ring.js';
import { get, type Put, put, sha256, someBytes } from './files.js';

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
  await isRefused(t, node, await put(node, 'another', large));
  t.is(Buffer.from((await get(node, 'small')).bytes).toString(), 'small');
  t.is((await get(node, 'large')).status, 503);
  t.is((await get(node, 'another')).status, 404);
  await allow(node.data);
  t.deepEqual((await get(node, 'large')).bytes, large);
  t.is((await put(node, 'another', large)).status, 201);
});

permissionTest(`what a node may no longer read it gets from another holder, and the others keep what it may not write${obstacle ?? ''}`, async (t) => {
  const a = await aNode(t);
  const b = await aNodeOfNobody(t, a);
  const c = await aNode(t, { join: b });
  await whole([a, b, c]);
  t.is((await put(a, 'large', large, { 'coring-require-copies': '3' })).status, 201);
  await forbid(b.data);
  t.is(sha256((await get(b, 'large')).bytes), sha256(large));
  const part = await get(b, 'large', { range: 'bytes=900000-900099' });
  t.is(sha256(part.bytes), sha256(large.subarray(900_000, 900_100)));
  await isRefused(t, b, await put(b, 'another', large));
  t.is((await put(a, 'another', large)).status, 201);
  t.is(sha256((await get(b, 'another')).bytes), sha256(large));
  await allow(b.data);
  t.is((await put(b, 'more', large, { 'coring-require-copies': '3' })).status, 201);
});

permissionTest(`a node that may not touch its data directory ends with one line, at its end as at its start${obstacle ?? ''}`, async (t) => {
  const node = await aNodeOfNobody(t);
  await forbid(node.data);
  node.signal('SIGTERM');
  await endsInOneLine(t, node);
  await endsInOneLine(t, await aProcess(t, { data: node.data, within: asNobody }));
  await allow(node.data);
});

/** The same code whatever of the disk failed; where the fault lies stands in the log, with its path. */
async function isRefused(t: ExecutionContext, node: TestNode, { status, body }: Put): Promise<void> {
  t.is(status, 500);
  t.deepEqual(JSON.parse(body), { error: { code: 'disk-failed', message: 'this node may not use its data directory' } });
  const { level, err } = (await node.said(({ msg }) => msg === 'a request failed', 'why')) as { level: number; err: { message: string } };
  t.is(level, 50);
  t.regex(err.message, /^could not .+ EACCES: permission denied/);
}

async function aNodeOfNobody(t: ExecutionContext, join?: TestNode): Promise<TestNode> {
  const folder = await aFolder(t);
  await chown(folder, NOBODY, NOBODY);
  return aNode(t, { data: `${folder}/data`, within: asNobody, ...(join && { join }) });
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
