import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { find, flip } from './a-damage.js';
import { aNode, aProcess, aRing, type TestNode, until } from './a-ring.js';
import { get, put, someBytes } from './files.js';
import { filesKept } from './files-kept.js';
import { missingAt, putMany } from './writers.js';

const bytesOf = (i: number): number => (i % 25 === 0 ? 100_000 : 100 + ((i * 37) % 5000));

test.serial('a node whose log is damaged at random places loses nothing for its ring, and is back by itself', async (t) => {
  t.timeout(180_000);
  const seed = Number(process.env.CORING_TEST_SEED ?? randomInt(2 ** 31));
  t.log(`CORING_TEST_SEED=${seed} node scripts/run-tests.mjs test/dist/damaged-records.test.js --match='*at random places*'`);
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const written = await putMany([a, b, c], 80, { clients: 8, bytesOf });
  await b.kill();
  const places = await flipSome(b, 12, seed);
  const again = await b.again(t);
  t.log(`${places.join(', ')}: ${again.nodeId === b.nodeId ? 'the same node again' : 'another node'}`);
  await until(async () => (await again.ring()).whole || (await again.ring()).nodes.some(({ nodeId, state }) => nodeId === b.nodeId && state === 'down'), 'the ring');
  for (const node of [a, again, c]) t.deepEqual(await missingAt(node, written), []);
  t.is((await put(again, 'after', 'x', { 'coring-require': 'strong' })).status, 201);
});

test.serial('a log that is damaged in the middle makes another node of it, which has its copies again soon', async (t) => {
  t.timeout(180_000);
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const written = await putMany([a, b, c], 60, { clients: 8, bytesOf });
  const middle = [...written.keys()][30]!;
  await b.kill();
  const { path, at } = await find(b, Buffer.from(middle));
  await flip(path, at);
  const again = await b.again(t);
  t.not(again.nodeId, b.nodeId);
  await again.said(({ msg }) => typeof msg === 'string' && msg.includes(`what the damaged node ${b.nodeId} had lies in`), 'where the damaged data is');
  t.deepEqual((await readdir(join(b.data, `damaged-${b.nodeId}`))).sort(), ['coring.json', 'large', 'log']);
  for (const node of [a, again, c]) t.deepEqual(await missingAt(node, written), []);
  await until(async () => (await a.ring()).members.includes(again.nodeId), 'the new node to be a member', 60_000);
  // Of the copies the four members each have three quarters: those of the one that is no more are for the others when it is forgotten.
  await until(async () => (await filesKept([again]))[0]! > written.size / 2, 'its copies', 60_000);
  for (const node of [a, again, c]) t.deepEqual(await missingAt(node, written), []);
});

test.serial('a record that turns out to be damaged when it is needed makes another node of this one, in the same process', async (t) => {
  t.timeout(180_000);
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  // Enough for a snapshot at the end: the next start takes what is in it for granted.
  const written = await putMany([a, b, c], 150, { clients: 8, bytesOf });
  const victim = [...written.keys()][30]!;
  b.signal('SIGTERM');
  await b.exited;
  const { path, at } = await findRecord(b, victim);
  await flip(path, at);
  const again = await b.again(t);
  t.is(again.nodeId, b.nodeId);
  await get(again, victim).catch(() => undefined);
  const started = await again.said(({ msg, nodeId }) => typeof msg === 'string' && msg.startsWith('listening') && nodeId !== b.nodeId, 'that it listens as another node', 60_000);
  t.not(started.nodeId, b.nodeId);
  await until(async () => (await again.ring()).self === started.nodeId && (await a.ring()).members.includes(started.nodeId as string), 'the new node to be a member', 60_000);
  for (const node of [a, again, c]) t.deepEqual(await missingAt(node, written), []);
  t.false(again.lines.some((line) => 'err' in line && String(line.msg).startsWith('the node cannot go on')));
});

test.serial('where nobody else has what was damaged nothing is touched, and one line says what to do', async (t) => {
  const node = await aNode(t);
  for (let i = 0; i < 20; i++) await put(node, `file-${i}`, someBytes(1000));
  await node.kill();
  const { path, at } = await find(node, Buffer.from('file-7'));
  await flip(path, at);
  const before = await readdir(node.data);
  for (let i = 0; i < 2; i++) {
    const again = await aProcess(t, { data: node.data });
    t.deepEqual(await again.exited, { code: 1, signal: null });
    t.regex(again.stderr, /^ring-node: data directory .*: segment 1 of the log is damaged at byte \d+\. No other node of its ring is known: restore it, .*\n$/);
    t.deepEqual((await readdir(node.data)).filter((name) => !name.startsWith('lock')), before.filter((name) => !name.startsWith('lock')));
  }
});

/** Where in the log the value of a name's register lies. */
async function findRecord({ data }: TestNode, name: string): Promise<{ path: string; at: number }> {
  const path = join(data, 'log', '00000001');
  const bytes = await readFile(path);
  // The newest one: behind its space, the name, and then the value.
  return { path, at: bytes.lastIndexOf(Buffer.from(`register${String.fromCharCode(name.length)}\0${name}`)) + 8 + 2 + name.length + 20 };
}

/** Flips bits of the log at random; gives where. */
async function flipSome({ data }: TestNode, count: number, seed: number): Promise<string[]> {
  const path = join(data, 'log', '00000001');
  const bytes = await readFile(path);
  const end = bytes.findLastIndex((byte) => byte !== 0);
  const places: number[] = [];
  for (let i = 0, word = seed; i < count; i++) {
    word = (Math.imul(word, 1_664_525) + 1_013_904_223) >>> 0;
    places.push(32 + Math.floor((word / 2 ** 32) * (end - 32)));
  }
  for (const at of places) await flip(path, at);
  return places.map(String);
}
