import test from 'ava';
import { run, start } from './a-command.js';
import { aRing, type TestNode, until } from './a-ring.js';
import { put, someBytes } from './files.js';

test.serial('R21 watch tells what happens at every node, each thing once, and goes on at another node when its own dies', async (t) => {
  const [a, b, c, d] = (await aRing(t, 4)) as [TestNode, TestNode, TestNode, TestNode];
  const watching = start(t, 'webclient', ['watch', '-i', '127.0.0.1', '-p', a.port]);
  await watching.printed(/4 nodes, whole\n/);
  t.regex(watching.stdout, new RegExp(`watching through ${a.address}\n.* --> .*\n`));
  await put(c, 'elsewhere.txt', 'content');
  await watching.printed(new RegExp(`elsewhere.txt put at ${c.address}, 7 B`));
  await d.kill();
  await watching.printed(new RegExp(`${d.address} is down: the ring closes up without it`));
  await a.kill();
  await watching.printed(new RegExp(`${a.address} tells no more: another node is asked\n.*watching through (${b.address}|${c.address})`));
  await put(b, 'afterwards.txt', 'more content');
  await watching.printed(new RegExp(`afterwards.txt put at ${b.address}, 12 B`));
  await watching.printed(new RegExp(`${a.address} is down: the ring closes up without it`));
  for (const told of [`${d.address} is down`, `${a.address} is down`, 'elsewhere.txt put']) t.is(watching.stdout.split(told).length - 1, 1, `${told}: once\n${watching.stdout}`);
  t.notRegex(watching.stdout, /(CHECK|FORWARD) {2}/);
});

test.serial('R21 watch --verbose tells the hops of CHECK and FORWARD', async (t) => {
  const nodes = (await aRing(t, 4)) as [TestNode, TestNode, TestNode, TestNode];
  const watching = start(t, 'webclient', ['watch', '--verbose', '-i', '127.0.0.1', '-p', nodes[0].port]);
  await watching.printed(/CHECK {4}hop \d from \S+ to \S+, begun at /);
  await watching.printed(/CHECK {4}home at \S+ after 4 hops/);
  // What is small goes along with what owners say to each other.
  await put(nodes[1], 'large.bin', someBytes(300_000));
  const [hop] = await watching.printed(/FORWARD {2}PUT large\.bin hop \d from \S+ to \S+/);
  t.true(nodes.some(({ address }) => hop.endsWith(`to ${address}`)));
});

test.serial('R21 status says how the ring is, in the words of the page, what to do, and how many copies there are', async (t) => {
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const status = async (): Promise<string> => (await run(t, 'webclient', ['status', '-i', '127.0.0.1', '-p', a.port])).stdout;
  await put(b, 'x', 'content');
  await until(async () => (await status()).startsWith('3 nodes, whole: the one file has 3 copies\n'), 'three copies');
  const { previous, next } = await a.ring();
  const addressOf = (id: string): string => [a, b, c].find(({ nodeId }) => nodeId === id)!.address;
  t.true((await status()).includes(`\nseen from ${a.address}, between ${addressOf(previous)} and ${addressOf(next)}\n`));
  await c.kill();
  await until(async () => (await status()).startsWith('degraded: 1 of 3 nodes is down; 1 file has 2 copies'), 'two copies');
  const told = await status();
  t.true(told.includes(`\nStart ${c.address} again.`), told);
  t.regex(told, /^copies: 1 file has 2$/m);
  const { copies } = JSON.parse((await run(t, 'webclient', ['status', '--json', '-i', '127.0.0.1', '-p', a.port])).stdout) as { copies: unknown };
  t.deepEqual(copies, { wanted: 3, files: 1, byCopies: { 2: 1 }, partial: false });
});
