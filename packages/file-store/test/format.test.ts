import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openFileStore } from '../src/index.js';
import { segmentHeader } from '../src/log/segment-header.js';
import { aFolder } from './a-folder.js';
import { contentOf, patterned, staged } from './putting.js';

const node = '0f'.repeat(16);
const description = new URL('../../FORMAT.md', import.meta.url);

/** Bytes in hex as FORMAT.md shows them: in the fenced block that follows a heading, without what stands behind two spaces. */
async function shown(heading: string): Promise<string> {
  const text = await readFile(description, 'utf8');
  const block = text.slice(text.indexOf(`\n## ${heading}\n`)).split('```')[1]!;
  return block.split('\n').map((line) => line.split('  ')[0]!.replaceAll(' ', '')).join('');
}

test('the identity of a new store is, byte for byte, as FORMAT.md shows it, but for the node and the time', async (t) => {
  const dir = await aFolder(t);
  const { store, nodeId } = await openFileStore(dir);
  await store.close();
  const identity = await readFile(join(dir, 'coring.json'), 'utf8');
  const expected = Buffer.from(await shown('The identity'), 'hex').toString();
  const { created } = JSON.parse(identity) as { created: string };
  t.is(new Date(created).toISOString(), created);
  t.is(identity, expected.replace(node, nodeId).replace('2026-11-20T20:40:00.000Z', created));
});

test('a log is, byte for byte, as FORMAT.md shows it', async (t) => {
  const dir = await aFolder(t);
  await mkdir(join(dir, 'log'));
  await mkdir(join(dir, 'large'));
  await writeFile(join(dir, 'log', '00000001'), segmentHeader(1, node));
  await writeFile(join(dir, 'coring.json'), Buffer.from(await shown('The identity'), 'hex'));
  const { store } = await openFileStore(dir);
  await store.commit([
    { do: 'keep', name: 'a.txt', version: { time: 1_790_000_000_000_000, node }, token: store.take(Buffer.from('abc')) },
    { do: 'put', space: 'register', key: 'a.txt', value: { size: 3 } },
  ]);
  await store.close();
  const log = (await readFile(join(dir, 'log', '00000001'))).toString('hex');
  const expected = await shown('A segment');
  t.is(log.slice(0, expected.length), expected);
  t.regex(log.slice(expected.length), /^0*$/);
});

test('a store that was written as FORMAT.md shows it is read', async (t) => {
  const dir = await aFolder(t);
  await mkdir(join(dir, 'log'));
  await mkdir(join(dir, 'large'));
  await writeFile(join(dir, 'log', '00000001'), Buffer.from(await shown('A segment'), 'hex'));
  await writeFile(join(dir, 'coring.json'), Buffer.from(await shown('The identity'), 'hex'));
  const { store } = await openFileStore(dir);
  t.teardown(() => store.close());
  t.is(await contentOf(store, { name: 'a.txt', version: { time: 1_790_000_000_000_000, node } }), 'abc');
  t.deepEqual(await store.get('register', 'a.txt'), { size: 3 });
});

test('a large file ends as FORMAT.md shows it', async (t) => {
  const dir = await aFolder(t);
  const { store } = await openFileStore(dir);
  const content = patterned(65_540);
  await store.commit([{ do: 'keep', name: 'large', version: { time: 1, node }, token: await staged(store, content) }]);
  await store.close();
  t.deepEqual(await readdir(join(dir, 'large')), ['00000001']);
  const file = await readFile(join(dir, 'large', '00000001'));
  t.true(file.subarray(0, content.length).equals(content));
  t.is(file.subarray(content.length).toString('hex'), await shown('A large file'));
});

test('a snapshot is, byte for byte, as FORMAT.md shows it', async (t) => {
  const dir = await aFolder(t);
  await mkdir(join(dir, 'log'));
  await mkdir(join(dir, 'large'));
  await writeFile(join(dir, 'log', '00000001'), Buffer.from(await shown('A segment'), 'hex'));
  await writeFile(join(dir, 'coring.json'), Buffer.from(await shown('The identity'), 'hex'));
  const { store } = await openFileStore(dir, { log: { segment: 4096, ahead: 1024 } });
  await store.close();
  t.is((await readFile(join(dir, 'index'))).toString('hex'), await shown('The snapshot'));
});
