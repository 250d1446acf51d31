import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { type Command, listeningNode, run, start, startFile } from './a-command.js';
import { aFolder, aNode, aPort, aRing, until, whole } from './a-ring.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sample = join(root, 'test_files', 'index.html');
const escape = '\u001b';

function oneLine(t: ExecutionContext, text: string): void {
  t.regex(text, /^[^\n]+\n$/);
}

test('R01 a node without arguments says where it listens, its process and the ring, and is idle when it has nothing to do', async (t) => {
  const cwd = await aFolder(t);
  const { node, address, ip } = await listeningNode(t, [], { cwd });
  t.is(ip, '127.0.0.1');
  t.true(node.stdout.includes(String(node.pid)));
  await node.printed(new RegExp(`${address} --> ${address}`));
  t.true(existsSync(join(cwd, 'coring-data')));
  await until(async () => (await cpuShare(node, 2000)) < 0.01, 'two seconds with less than one percent of a core', 60_000);
});

test('R02 a node listens where it is told', async (t) => {
  const { ip, port } = await listeningNode(t, ['--listen', '127.0.1.1:0', '--data', await aFolder(t)]);
  t.is(ip, '127.0.1.1');
  t.is((await fetch(`http://${ip}:${port}/readyz`)).status, 200);
});

test('R03 nodes that are started at once all get a port of their own', async (t) => {
  const cwd = await aFolder(t);
  const nodes = await Promise.all(Array.from({ length: 5 }, async () => listeningNode(t, [], { cwd })));
  const ports = nodes.map(({ port }) => Number(port));
  t.is(new Set(ports).size, 5);
  t.true(ports.every((port) => port >= 4043 && port <= 4143), ports.join());
  for (const port of ports) t.is((await run(t, 'webclient', ['status', '-p', String(port)])).code, 0);
});

test('R03 a port that is taken ends the process with 1 and one line', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { code, stderr } = await run(t, 'ring-node', ['--listen', `127.0.0.1:${port}`, '--data', await aFolder(t)]);
  t.is(code, 1);
  oneLine(t, stderr);
  t.true(stderr.includes(String(port)));
});

const wrong = [['-i', '127.0.0.1'], ['-p', '4043'], ['-i', '127.0.0.1', '-p', 'http'], ['--copies', '0'], ['--writes', 'never'], ['--bogus'], ['word']];

for (const args of wrong) {
  test(`R04 ring-node ${args.join(' ')} is wrong use`, async (t) => {
    const { code, stderr, stdout } = await run(t, 'ring-node', args, { cwd: await aFolder(t) });
    t.is(code, 2);
    oneLine(t, stderr);
    t.is(stdout, '');
  });
}

test('R04 a join that cannot be done ends with 1 and one line', async (t) => {
  const { code, stderr } = await run(t, 'ring-node', ['--listen', '127.0.0.1:0', '--data', await aFolder(t), '-i', '127.0.0.1', '-p', '9']);
  t.is(code, 1);
  oneLine(t, stderr);
});

test('R04 joining oneself is an error', async (t) => {
  const { address, port, node } = await listeningNode(t, ['--listen', `127.0.0.1:${aPort()}`, '--data', await aFolder(t)]);
  node.signal('SIGTERM');
  await node.ended;
  const { code, stderr } = await run(t, 'ring-node', ['--listen', address, '--data', await aFolder(t), '-i', '127.0.0.1', '-p', port]);
  t.true(code === 1 || code === 2);
  oneLine(t, stderr);
});

test('R04 --wait keeps trying until the peer is there', async (t) => {
  const first = await aNode(t);
  const address = first.address;
  await first.kill();
  const waiting = start(t, 'ring-node', ['--listen', '127.0.0.1:0', '--data', await aFolder(t), '-i', '127.0.0.1', '-p', address.split(':')[1]!, '--wait']);
  await waiting.printed(/waiting for/);
  const peer = await aNode(t, { listen: address });
  await waiting.printed(new RegExp(`joined the ring through ${address}`));
  t.is((await peer.ring()).nodes.length, 2);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`R09 ${signal} ends a node with 0, and its neighbours close up without an error`, async (t) => {
    const nodes = await aRing(t, 3);
    const [a, b, c] = [nodes[0]!, nodes[1]!, nodes[2]!];
    b.signal(signal);
    t.is((await b.exited).code, 0);
    t.is(b.stderr, '');
    await until(async () => (await a.ring()).next === c.nodeId && (await c.ring()).previous === a.nodeId, 'the neighbours to be linked');
    for (const { lines } of [a, c]) t.deepEqual(lines.filter(({ level }) => Number(level) >= 50), []);
  });
}

test('R18 logs have times and levels, and no colour where there is no terminal', async (t) => {
  const { node } = await listeningNode(t, ['--listen', '127.0.0.1:0', '--data', await aFolder(t)]);
  t.regex(node.stdout, /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: listening/m);
  t.false(node.stdout.includes(escape));
});

test('R18 on a terminal logs have colour, but never with NO_COLOR', async (t) => {
  const onTerminal = async (env: NodeJS.ProcessEnv): Promise<string> => {
    const line = [process.execPath, join(root, 'packages/ring-node/bin/ring-node.js'), '--listen', '127.0.0.1:0', '--data', await aFolder(t)].join(' ');
    const terminal = startFile(t, 'script', ['-qec', `exec ${line}`, '/dev/null'], { env: { TERM: 'xterm', ...env } });
    await terminal.printed(/listening on/);
    return terminal.stdout;
  };
  t.true((await onTerminal({ NO_COLOR: '' })).includes(`${escape}[`));
  t.false((await onTerminal({ NO_COLOR: '1' })).includes(`${escape}[`));
});

test('R18 --log json writes one object a line, and the contents of files nowhere', async (t) => {
  const secret = 'these words are in the file alone';
  const [a, b] = (await aRing(t, 2)) as [Awaited<ReturnType<typeof aNode>>, Awaited<ReturnType<typeof aNode>>];
  await fetch(`${a.url}/files/f`, { method: 'PUT', body: secret });
  t.is(await (await fetch(`${b.url}/files/f`)).text(), secret);
  await a.said(({ msg }) => String(msg).includes('"f"'), 'the name of the file');
  for (const { lines, stderr } of [a, b]) {
    t.true(lines.every(({ level, time }) => typeof level === 'number' && typeof time === 'number'));
    t.false((JSON.stringify(lines) + stderr).includes(secret));
  }
});

test('R21 put, get, list, status and rm through different nodes of a real ring', async (t) => {
  const cwd = await aFolder(t);
  const nodes = await aRing(t, 3);
  const client = (i: number, ...args: string[]) => run(t, 'webclient', [...args, '-i', '127.0.0.1', '-p', nodes[i]!.port], { cwd });
  const stored = await client(0, '-put', sample);
  t.is(stored.code, 0, stored.stderr);
  // The third copy is waited for only a moment: on a busy machine it is made after the answer.
  t.regex(stored.stdout, /^stored index\.html, [23]\/3 copies, strong\n$/);
  t.is((await client(1, '-get', 'index.html')).code, 0);
  t.deepEqual(await readFile(join(cwd, 'index.html')), await readFile(sample));
  t.is((await client(2, '-GETFILE', 'index.html', '-o', '-')).stdout, await readFile(sample, 'utf8'));
  t.regex((await client(2, 'list')).stdout, /^index\.html {2}/);
  const status = await client(1, 'status');
  t.true(nodes.every(({ address }) => status.stdout.includes(address)));
  t.regex(status.stdout, /^3 nodes, whole: /);
  t.regex(status.stdout, /^copies: 1 file has [23]$/m);
  t.is((await client(2, 'rm', 'index.html')).code, 0);
  const gone = await client(0, '-get', 'index.html');
  t.is(gone.code, 1);
  oneLine(t, gone.stderr);
});

test('R19 a client that once saw the ring goes on when the node it names is dead', async (t) => {
  const env = { CORING_NO_CACHE: '', XDG_CACHE_HOME: await aFolder(t) };
  const nodes = await aRing(t, 3);
  const at = ['-i', '127.0.0.1', '-p', nodes[0]!.port];
  t.is((await run(t, 'webclient', ['-put', sample, ...at], { env })).code, 0);
  await nodes[0]!.kill();
  const got = await run(t, 'webclient', ['-get', 'index.html', '-o', '-', ...at], { env });
  t.is(got.stdout, await readFile(sample, 'utf8'), got.stderr);
  t.is(got.code, 0);
});

test('R22 every node prints the ring at each join, leave and death, without -v', async (t) => {
  const args = async (): Promise<string[]> => ['--listen', '127.0.0.1:0', '--data', await aFolder(t)];
  const a = await listeningNode(t, await args());
  const b = await listeningNode(t, [...(await args()), '-i', a.ip, '-p', a.port]);
  const c = await listeningNode(t, [...(await args()), '-i', b.ip, '-p', b.port]);
  const three = ring(a.address, b.address, c.address);
  for (const { node } of [a, b, c]) await node.printed(three);
  const printedBefore = [a, b].map(({ node }) => node.stdout.length);
  c.node.signal('SIGTERM');
  t.is((await c.node.ended).code, 0);
  const two = ring(a.address, b.address);
  for (const [i, { node }] of [a, b].entries()) await printedAfter(node, two, printedBefore[i]!);
  b.node.signal('SIGKILL');
  await a.node.printed(ring(a.address));
  // A hop to a node that has died may be told as the reason why it is left out; those that go well are not told.
  t.notRegex(a.node.stdout, /CHECK \S+ (hop|is home)/);
});

test('D01 what the README says about processes, files and the picture is so', async (t) => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const { node, address } = await listeningNode(t, ['--listen', '127.0.0.1:0', '--data', await aFolder(t)]);
  t.true(readme.includes('pgrep -af ring-node'));
  await until(async () => (await readFile(`/proc/${node.pid}/cmdline`, 'utf8')).startsWith(`ring-node ${address}`), 'the title of the process');
  t.true(readme.includes('-put test_files/index.html'));
  t.true(existsSync(sample));
  const [, picture] = /!\[[^\]]+\]\((img\/[^)]+)\)/.exec(readme) ?? [];
  t.true(existsSync(join(root, picture ?? 'no picture')));
});

test('the versions of both programs are said, and --help needs no node', async (t) => {
  t.deepEqual(await run(t, 'ring-node', ['--version']), { code: 0, stdout: '0.1.0\n', stderr: '' });
  t.deepEqual(await run(t, 'webclient', ['--version']), { code: 0, stdout: '0.1.0\n', stderr: '' });
  t.regex((await run(t, 'ring-node', ['-h'])).stdout, /^Usage: ring-node /);
});

test('R21 leave takes a node out for good once its copies are elsewhere', async (t) => {
  const nodes = await aRing(t, 4);
  const [a, , , d] = nodes;
  t.is((await run(t, 'webclient', ['-put', sample, '-p', a!.port])).code, 0);
  t.is((await run(t, 'webclient', ['leave', d!.nodeId, '-p', a!.port])).code, 0);
  await until(async () => (await a!.ring()).nodes.find(({ nodeId }) => nodeId === d!.nodeId)?.state === 'left', 'the node to have left', 60_000);
  await whole(nodes.slice(0, 3));
  t.is((await run(t, 'webclient', ['-get', 'index.html', '-o', '-', '-p', nodes[1]!.port])).stdout, await readFile(sample, 'utf8'));
});

function ring(...addresses: string[]): RegExp {
  // The order begins at the smallest position, which is the founder's unless a newcomer landed before it.
  const turns = addresses.map((_, i) => [...addresses.slice(i), ...addresses.slice(0, i), addresses[i]!].join(' --> '));
  return new RegExp(`ring: (${turns.join('|').replaceAll('.', '\\.')}) `);
}

async function printedAfter(node: Command, pattern: RegExp, from: number): Promise<void> {
  await until(() => pattern.test(node.stdout.slice(from)), `${pattern} to be printed again`);
}

/** Which part of a core the process used over that time. Source: proc(5), utime and stime in ticks of 10 ms. */
async function cpuShare(node: Command, overMs: number): Promise<number> {
  const ticks = async (): Promise<number> => {
    const fields = (await readFile(`/proc/${node.pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  const before = await ticks();
  await new Promise((resolve) => setTimeout(resolve, overMs));
  return ((await ticks()) - before) * (10 / overMs);
}
