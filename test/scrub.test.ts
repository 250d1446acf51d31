import test from 'ava';
import { run } from './a-command.js';
import { damages, events, find } from './a-damage.js';
import { aRing, type TestNode, until } from './a-ring.js';
import { census, get, put, sha256, someBytes } from './files.js';

test.serial('O05 webclient scrub finds what a disk has done to copies that nobody reads, and they are mended from other nodes', async (t) => {
  const [a, b, c] = (await aRing(t, 3, ['--scrub-every', 'never'])) as [TestNode, TestNode, TestNode];
  const contents = damages.map(({ size }) => someBytes(size));
  for (const [i, bytes] of contents.entries()) t.is((await put(a, `file-${i}`, bytes, { 'coring-require-copies': '3' })).status, 201);
  for (const [i, { damage }] of damages.entries()) {
    const { path, at } = await find(b, contents[i]!);
    await damage(path, at);
  }
  const [ip, port] = a.address.split(':') as [string, string];
  const { code, stdout, stderr } = await run(t, 'webclient', ['scrub', '-i', ip, '-p', port]);
  t.is(code, 0, stderr);
  t.true(stdout.includes(`${a.address}  read 4 files`), stdout);
  t.regex(stdout, new RegExp(`${b.address} {2}read 4 files.* 4 damaged`));
  t.regex(stdout, new RegExp(`${c.address} {2}read 4 files.* none damaged`));
  await until(async () => (await events(b, 'copied')) === damages.length, 'other copies');
  t.deepEqual(await unsound(c), []);
  t.is(await events(b, 'scrubbed'), 1);
  const again = await run(t, 'webclient', ['scrub', b.address, '-i', ip, '-p', port]);
  t.regex(again.stdout, new RegExp(`^${b.address} {2}read 4 files, .*, none damaged$`, 'm'));
  await Promise.all([a.kill(), c.kill()]);
  for (const [i, { what }] of damages.entries()) t.is(sha256((await get(b, `file-${i}`)).bytes), sha256(contents[i]!), what);
});

/** Copies that are not what they should be, by a census of all. */
async function unsound(node: TestNode): Promise<string[]> {
  return (await census(node)).flatMap(({ name, copies }) => copies.flatMap(({ nodeId, sound }) => (sound === true ? [] : [`${name} at ${nodeId}`])));
}
