import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openFileStore } from '../src/index.js';
import { aFolder } from './a-folder.js';
import { contentOf, put, version } from './putting.js';

test('a directory with other things and no store is refused and left as it is', async (t) => {
  const dir = await aFolder(t);
  await writeFile(join(dir, 'thesis.txt'), 'precious');
  await t.throwsAsync(openFileStore(dir), { code: 'not-a-store', message: /thesis\.txt/ });
  t.deepEqual(await readdir(dir), ['thesis.txt']);
});

test('a file in place of the directory is refused', async (t) => {
  const path = join(await aFolder(t), 'file');
  await writeFile(path, '');
  await t.throwsAsync(openFileStore(path), { code: 'not-a-store' });
});

test('a format of another release is refused', async (t) => {
  const dir = await aClosedStore(t);
  const identity = JSON.parse(await readFile(join(dir, 'coring.json'), 'utf8')) as { nodeId: string };
  await writeFile(join(dir, 'coring.json'), JSON.stringify({ ...identity, format: 1 }));
  await t.throwsAsync(openFileStore(dir), { code: 'unknown-format', message: /format 1/ });
});

for (const [what, lose] of [
  ['the log', (dir: string) => rm(join(dir, 'log'), { recursive: true })],
  ['all segments of the log', async (dir: string) => {
    await rm(join(dir, 'log'), { recursive: true });
    await mkdir(join(dir, 'log'));
  }],
  ['the first segments of the log', async (dir: string) => {
    await rename(join(dir, 'log', '00000001'), join(dir, 'log', '00000002'));
  }],
  ['the folder of large files', (dir: string) => rm(join(dir, 'large'), { recursive: true })],
  ['all large files', async (dir: string) => {
    await rm(join(dir, 'large'), { recursive: true });
    await mkdir(join(dir, 'large'));
  }],
  ['its identity', (dir: string) => rm(join(dir, 'coring.json'))],
  ['what its identity says', (dir: string) => writeFile(join(dir, 'coring.json'), '')],
] as const) {
  test(`a directory that lost ${what} is refused, not taken for an old or a new node`, async (t) => {
    const dir = await aClosedStore(t);
    await lose(dir);
    const error = await t.throwsAsync(openFileStore(dir), { code: 'lost-contents' });
    t.false(error?.message.includes('\n'));
    t.deepEqual((await readdir(dir)).filter((name) => name.startsWith('lock')), []);
  });
}

test('the log of another node is refused', async (t) => {
  const [dir, other] = [await aClosedStore(t), await aClosedStore(t)];
  await writeFile(join(dir, 'log', '00000001'), await readFile(join(other, 'log', '00000001')));
  await t.throwsAsync(openFileStore(dir), { code: 'lost-contents', message: /log/ });
});

test('a torn end of the log is cut off; a bad frame before a good one is damage', async (t) => {
  const dir = await aClosedStore(t);
  const path = join(dir, 'log', '00000001');
  const log = await readFile(path);
  const torn = Buffer.from(log);
  torn[log.indexOf('last')]! ^= 1;
  await writeFile(path, torn);
  const { store } = await openFileStore(dir);
  t.is(await store.get('s', 'first'), 1);
  t.is(await store.get('s', 'last'), undefined);
  await store.commit([{ do: 'put', space: 's', key: 'later', value: 1 }]);
  await store.close();
  const { store: again } = await openFileStore(dir);
  t.deepEqual(await again.names('s', { prefix: '', after: '', limit: 9 }), ['first', 'later']);
  await again.close();

  const flipped = Buffer.from(log);
  flipped[log.indexOf('first')]! ^= 1;
  await writeFile(path, flipped);
  await t.throwsAsync(openFileStore(dir), { code: 'damaged', message: /log/ });
});

test('a torn end of the log is cut off also where a file in it looks like frames of any length', async (t) => {
  const dir = await aFolder(t);
  const { store } = await openFileStore(dir);
  await put(store, 'a', 1, 'before');
  const frame = Buffer.alloc(16, 0xff);
  frame.write('CrF2');
  const looksLikeFrames = Buffer.concat(Array.from({ length: 1000 }, (_, i) => Buffer.concat([frame, Buffer.alloc(i % 8)])));
  await store.commit([{ do: 'keep', name: 'torn', version: version(1), token: store.take(looksLikeFrames) }]);
  await store.close();
  const path = join(dir, 'log', '00000001');
  const bytes = await readFile(path);
  const last = bytes.indexOf('CrF2', bytes.indexOf('CrF2') + 4);
  await writeFile(path, bytes.fill(0, last, last + 16));
  const { store: again } = await openFileStore(dir);
  t.is(await contentOf(again, { name: 'a', version: version(1) }), 'before');
  t.deepEqual(again.kept('torn'), []);
  await again.close();
});

async function aClosedStore(t: ExecutionContext): Promise<string> {
  const dir = await aFolder(t);
  const { store } = await openFileStore(dir);
  await store.commit([{ do: 'put', space: 's', key: 'first', value: 1 }]);
  await put(store, 'a', 1, 'hello'.repeat(20_000));
  await store.commit([{ do: 'put', space: 's', key: 'last', value: 1 }]);
  await store.close();
  return dir;
}
