import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { run, start } from './a-command.js';
import { aDisk, whyNoDisk } from './a-disk.js';
import { aFolder, aNode, aRing, type TestNode, until, whole } from './a-ring.js';

const obstacle = await whyNoDisk();
const suffix = obstacle === undefined ? '' : ` (not tried: ${obstacle})`;

/** Sends messages one after the other, each acknowledged before the next. */
async function send(node: TestNode, count: number): Promise<void> {
  const uuid = randomUUID();
  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(node.url + path, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  const { code } = await post('/codes', { uuid });
  for (let i = 0; i < count; i++) await post('/messages', { uuid, code, text: `message ${i}` });
}

async function inLog(node: TestNode): Promise<string> {
  return (await fetch(`${node.url}/messages?lines`)).text();
}

/** Resolves when the file is what the log is. */
async function followed(file: string, node: TestNode): Promise<void> {
  const log = await inLog(node);
  const text = async (): Promise<string> => (await readFile(file, 'utf8')).replaceAll(/.*"note".*\n/g, '');
  await until(async () => (await text()) === log, 'the file to have the log', 60_000).catch(async () => {
    throw new Error(`the file has\n${await text()}the log has\n${log}`);
  });
}

test('U08 --messages-log has every message of the ring once and in order, also after its node was killed in the middle', async (t) => {
  const file = join(await aFolder(t), 'messages.log');
  const [a, b] = (await aRing(t, 2)) as [TestNode, TestNode];
  let c = await aNode(t, { join: b, args: ['--messages-log', file] });
  await whole([a, b, c]);
  await send(c, 3);
  await send(a, 10);
  await until(async () => (await readFile(file, 'utf8').catch(() => '')) !== '', 'the file', 60_000);
  await send(b, 5);
  await c.kill();
  // As if it had been killed while it wrote.
  await appendFile(file, '{"time":"2026');
  await send(a, 10);
  c = await c.again(t);
  await whole([a, b, c]);
  await send(b, 2);
  await followed(file, c);
  await c.kill('SIGTERM');
  await send(a, 2);
  c = await c.again(t);
  await whole([a, b, c]);
  await followed(file, c);
  t.is((await readFile(file, 'utf8')).split('\n').length, 33);
});

(obstacle === undefined ? test : test.skip)(`U08 while the disk of the file is full messages are acknowledged, and the file catches up, and says so${suffix}`, async (t) => {
  const disk = await aDisk(t, 24 * 2 ** 20);
  const file = join(disk.folder, 'messages.log');
  const node = await aNode(t, { args: ['--messages-log', file] });
  await send(node, 3);
  await followed(file, node);
  await disk.fill();
  // The rest of the file's last block may still take some.
  await send(node, 100);
  await node.said(({ msg }) => typeof msg === 'string' && msg.includes('ENOSPC') && msg.includes('the ring keeps the messages'), 'that the file cannot be written', 60_000);
  await send(node, 3);
  await disk.unfill();
  await send(node, 3);
  await followed(file, node);
  t.regex(await readFile(file, 'utf8'), /"note":"nothing could be written from \S+ on \(ENOSPC\): what follows comes late"\}\n/);
  await node.kill('SIGTERM');
  t.is((await node.exited).code, 0);
});

test('U08 a link, a folder, a file of something else and one that another node writes are told at the start', async (t) => {
  const folder = await aFolder(t);
  await writeFile(join(folder, 'notes'), 'mine\n');
  await mkdir(join(folder, 'folder'));
  await symlink(join(folder, 'notes'), join(folder, 'link'));
  await aNode(t, { args: ['--messages-log', join(folder, 'taken')] });
  for (const [name, why] of [
    ['link', /is a link/],
    ['folder', /EISDIR/],
    ['notes', /is there, and is no log of messages/],
    ['no/such/file', /ENOENT/],
    ['taken', /another program is writing/],
  ] as const) {
    const { code, stderr } = await run(t, 'ring-node', ['--listen', '127.0.0.1:0', '--data', join(folder, `data`), '--messages-log', join(folder, name)]);
    t.is(code, 1);
    t.regex(stderr, /^ring-node: --messages-log [^\n]+\n$/);
    t.regex(stderr, why);
  }
  t.is(await readFile(join(folder, 'notes'), 'utf8'), 'mine\n');
});

test('U08 Ctrl-C finishes a message that is under way', async (t) => {
  const data = await aFolder(t);
  const node = start(t, 'ring-node', ['--listen', '127.0.0.1:0', '--data', data]);
  const [, port] = await node.printed(/listening on http:\/\/127\.0\.0\.1:(\d+)/);
  const uuid = randomUUID();
  const { code } = (await (await fetch(`http://127.0.0.1:${port}/codes`, { method: 'POST', body: JSON.stringify({ uuid }) })).json()) as { code: string };
  const socket = connect(Number(port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text)).on('error', () => undefined);
  const ended = new Promise((resolve) => socket.once('close', resolve));
  const body = JSON.stringify({ uuid, code, text: 'under way' });
  socket.write(`POST /messages HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`);
  await until(() => answer.startsWith('HTTP/1.1 100 '), 'to be asked for the body');
  socket.write(body.slice(0, 20));
  node.signal('SIGINT');
  await node.printed(/SIGINT: leaving the ring/);
  socket.write(body.slice(20));
  await ended;
  t.regex(answer, /\r\n\r\nHTTP\/1\.1 201 [^]*"id"/);
  t.is((await node.ended).code, 0);
  const again = await aNode(t, { data });
  t.regex(await inLog(again), /"text":"under way"/);
});
