import { rm, symlink } from 'node:fs/promises';
import test from 'ava';
import { damages, events, find, flip } from './a-damage.js';
import { aNode, aRing, type TestNode, until } from './a-ring.js';
import { get, put, sha256, someBytes, urlOf } from './files.js';

const MIB = 2 ** 20;

test.serial('a damaged copy is never served: it is got from another holder, told of, and replaced', async (t) => {
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const contents = damages.map(({ size }) => someBytes(size));
  for (const [i, bytes] of contents.entries()) t.is((await put(a, `file-${i}`, bytes, { 'coring-require-copies': '3' })).status, 201);
  for (const [i, { what, damage }] of damages.entries()) {
    const { path, at } = await find(b, contents[i]!);
    await damage(path, at);
    const got = await get(b, `file-${i}`);
    t.is(got.status, 200, what);
    t.is(sha256(got.bytes), sha256(contents[i]!), what);
    await until(async () => (await events(b, 'copied')) === i + 1, `another copy instead of ${what}`);
    t.is(await events(b, 'damaged'), i + 1, what);
  }
  await Promise.all([a.kill(), c.kill()]);
  for (const [i, { what }] of damages.entries()) t.is(sha256((await get(b, `file-${i}`)).bytes), sha256(contents[i]!), what);
});

test.serial('a copy that the disk does not read is got from another holder, told of, and replaced', async (t) => {
  const [a, b] = (await aRing(t, 3)) as [TestNode, TestNode];
  for (const [i, size] of [300_000, 1_500_000].entries()) {
    const bytes = someBytes(size);
    t.is((await put(a, `file-${i}`, bytes, { 'coring-require-copies': '3' })).status, 201);
    const { path } = await find(b, bytes);
    await rm(path);
    // Where a process has no memory, as in its first 2 MB, the system reads with EIO.
    await symlink('/proc/self/mem', path);
    t.is(sha256((await get(b, `file-${i}`)).bytes), sha256(bytes));
    await b.said(({ msg, err, file }) => msg === 'kept bytes cannot be read' && file === `file-${i}` && JSON.stringify(err).includes('EIO'), 'that the disk does not read it');
    await until(async () => (await events(b, 'copied')) === i + 1, 'another copy');
    t.is(await events(b, 'damaged'), i + 1);
    t.true((await find(b, bytes)).path !== path);
  }
});

test.serial('damage that shows when the answer has begun costs the reader nothing: another copy goes on from there', async (t) => {
  const [a, b] = (await aRing(t, 2)) as [TestNode, TestNode];
  const bytes = someBytes(4 * MIB);
  t.is((await put(a, 'big', bytes, { 'coring-require-copies': '2' })).status, 201);
  const { path, at } = await find(b, bytes);
  await flip(path, at + 3 * MIB);
  t.is(sha256((await get(b, 'big')).bytes), sha256(bytes));
  t.is(await events(b, 'damaged'), 1);
  await until(async () => (await events(b, 'copied')) === 1, 'another copy');
});

test.serial('where nobody has another copy, damage that shows when the answer has begun cuts it', async (t) => {
  const node = await aNode(t);
  const bytes = someBytes(4 * MIB);
  t.is((await put(node, 'big', bytes)).status, 201);
  const { path, at } = await find(node, bytes);
  await flip(path, at + 3 * MIB);
  await t.throwsAsync(get(node, 'big'));
});

test.serial('a peer that asks for bytes that are damaged here gets them from another holder', async (t) => {
  const nodes = await aRing(t, 4);
  for (let i = 0; i < 4; i++) {
    const bytes = someBytes(300_000);
    const { headers } = await put(nodes[0]!, `file-${i}`, bytes, { 'coring-require-copies': '3' });
    const holders = nodes.filter(({ nodeId }) => headers.get('coring-nodes')!.includes(nodeId));
    const other = nodes.find((node) => !holders.includes(node))!;
    // Which of the three it asks first is not known.
    for (const holder of holders.slice(0, 2)) await flip((await find(holder, bytes)).path, 1000);
    t.is(sha256((await get(other, `file-${i}`)).bytes), sha256(bytes));
  }
});

test.serial('alone, damaged bytes are refused, and everything else goes on', async (t) => {
  const node = await aNode(t);
  const bytes = someBytes(1000);
  await put(node, 'damaged', bytes);
  await put(node, 'sound', 'sound');
  const { path, at } = await find(node, bytes);
  await flip(path, at);
  for (let i = 0; i < 2; i++) t.is((await get(node, 'damaged')).status, 503);
  t.is((await fetch(urlOf(node, 'damaged'), { method: 'HEAD' })).status, 200);
  t.is(Buffer.from((await get(node, 'sound')).bytes).toString(), 'sound');
  t.is(await events(node, 'damaged'), 1);
  t.is((await put(node, 'damaged', bytes)).status, 200);
  t.is(sha256((await get(node, 'damaged')).bytes), sha256(bytes));
});
