import { join } from 'node:path';
import test from 'ava';
import { damages, events, find } from './a-damage.js';
import { aDisk, whyNoDisk } from './a-disk.js';
import { aNode, until, whole } from './a-ring.js';
import { filesKept } from './files-kept.js';
import { get, put, remove, someBytes } from './files.js';
import { missingAt, someWriters } from './writers.js';

const obstacle = await whyNoDisk();
const diskTest = obstacle === undefined ? test.serial : test.serial.skip;
const suffix = obstacle === undefined ? '' : ` (not tried: ${obstacle})`;

const DISK_BYTES = 24 * 1024 * 1024;
const bytesOf = (i: number): number => (i % 40 === 0 ? 200_000 : 100 + ((i * 37) % 5000));

diskTest(`a node whose disk others fill to the last byte refuses uploads, and goes on with everything else${suffix}`, async (t) => {
  t.timeout(180_000);
  const disk = await aDisk(t, DISK_BYTES);
  const a = await aNode(t);
  let b = await aNode(t, { join: a, data: join(disk.folder, 'data') });
  const c = await aNode(t, { join: b });
  await whole([a, b, c]);
  const writers = someWriters(t, [a, b, c], { clients: 8, bytesOf });
  await until(() => writers.acknowledged.size > 100, 'files to be written');
  await disk.fill();
  await until(async () => (await put(b, 'refused', someBytes(2000))).status === 507, 'a refusal');
  const refused = await put(b, 'refused', someBytes(2000));
  t.deepEqual([refused.status, JSON.parse(refused.body).error.code], [507, 'disk-full']);
  t.is((await put(b, 'refused large', someBytes(300_000))).status, 507);

  // Records go on until the room made ahead for them runs short.
  await b.said(({ msg }) => typeof msg === 'string' && msg.startsWith('the disk is full'), 'that its disk is full', 60_000);
  t.is(await remove(b, 'refused too'), 507);

  const atFull = writers.acknowledged.size;
  await until(() => writers.acknowledged.size > atFull + 100, 'the others to go on');
  await writers.stop();
  const written = new Map(writers.acknowledged);
  t.deepEqual(await missingAt(b, written), [], 'what was acknowledged before and after is got from the node with the full disk');
  const deleted = 'deleted meanwhile';
  t.is((await put(a, deleted, 'x')).status, 201);
  t.is(await remove(c, deleted), 204);
  t.is((await get(b, deleted)).status, 404);
  t.deepEqual((await a.ring()).nodes.map(({ state }) => state), ['up', 'up', 'up']);
  t.true((await b.ring()).whole);

  // It comes back on a disk that is as full as before.
  await disk.fill();
  await b.kill();
  b = await b.again(t);
  await whole([a, b, c]);
  t.deepEqual(await missingAt(b, [...written].slice(0, 50)), []);
  t.is((await put(a, 'with a majority', 'x')).status, 201);

  await disk.unfill();
  await until(async () => (await put(b, 'taken again', someBytes(2000))).status < 300, 'an upload to be taken', 10_000);
  await until(async () => (await put(b, 'strong again', someBytes(2000), { 'coring-require-copies': '3' })).headers.get('coring-copies') === '3/3', 'three copies');
  await until(async () => new Set(await filesKept([a, b, c])).size === 1, 'the node that was full to catch up', 60_000);
  await Promise.all([a.kill(), c.kill()]);
  t.deepEqual(await missingAt(b, written, get), []);
});

diskTest(`on a disk that takes no new files, files are deleted, and damaged copies replaced${suffix}`, async (t) => {
  const disk = await aDisk(t, 4 * DISK_BYTES);
  const a = await aNode(t);
  const b = await aNode(t, { join: a, data: join(disk.folder, 'data') });
  await whole([a, b]);
  const contents = damages.map(({ size }) => someBytes(size));
  for (const [i, bytes] of contents.entries()) t.is((await put(b, `file-${i}`, bytes, { 'coring-require-copies': '2' })).status, 201);
  t.is((await put(b, 'not wanted', 'x', { 'coring-require-copies': '2' })).status, 201);

  // A sixteenth of the disk is kept back, half of that for this.
  await disk.fill((3 / 64) * 4 * DISK_BYTES);
  await until(async () => (await put(b, 'refused', someBytes(2000))).status === 507, 'a refusal');
  t.is(await remove(b, 'not wanted'), 204);
  t.is((await get(a, 'not wanted')).status, 404);
  for (const [i, { what, damage }] of damages.entries()) {
    const { path, at } = await find(b, contents[i]!);
    await damage(path, at);
    t.deepEqual((await get(b, `file-${i}`)).bytes, contents[i], what);
    await until(async () => (await events(b, 'copied')) === i + 1, `another copy instead of ${what}`);
  }
  t.is((await put(b, 'refused', someBytes(2000))).status, 507);
  await a.kill();
  for (const [i, { what }] of damages.entries()) t.deepEqual((await get(b, `file-${i}`)).bytes, contents[i], what);
});
