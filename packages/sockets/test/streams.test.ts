import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openSocket, parseListenAddress, SocketError } from '../src/index.js';
import { aFolder, aLog, asked, aSocket, echo, serving, wayTo } from './a-socket.js';

const families: readonly (readonly [name: string, address: (t: ExecutionContext) => Promise<string> | string])[] = [
  ['IPv4', () => '127.0.0.1:0'],
  ['IPv6', () => '[::1]:0'],
  ['a name', () => 'localhost:0'],
  ['a unix socket', async (t) => `unix:${join(await aFolder(t), 'socket')}`],
  ['an abstract unix socket', () => `unix:@coring-test-${process.pid}-${randomBytes(4).toString('hex')}`],
];

for (const [name, addressFor] of families) {
  test(`A02 over ${name} 3 MB come back byte for byte after the sender has ended its direction`, async (t) => {
    const socket = await aSocket(t, await addressFor(t));
    const bytes = randomBytes(3 * 2 ** 20);
    t.true((await asked(wayTo(socket), bytes)).equals(bytes));
  });

  test(`A02 over ${name} 500 connections at once each get their own answer`, async (t) => {
    const socket = await aSocket(t, await addressFor(t));
    const answers = await Promise.all(Array.from({ length: 500 }, async (_, i) => (await asked(wayTo(socket), Buffer.from(`connection ${i}`))).toString()));
    t.deepEqual(answers, Array.from({ length: 500 }, (_, i) => `connection ${i}`));
  });
}

test('C08 all addresses of the machine are of IPv6 and IPv4', async (t) => {
  const socket = await aSocket(t, ':0');
  const { port } = wayTo(socket) as { port: number };
  for (const host of ['127.0.0.1', '::1']) t.is((await asked({ host, port }, Buffer.from(host))).toString(), host);
});

test('C08 one version of IP alone', async (t) => {
  const [four, six] = [await aSocket(t, 'tcp4::0'), await aSocket(t, 'tcp6::0')];
  await t.throwsAsync(asked({ host: '::1', port: (wayTo(four) as { port: number }).port }, Buffer.from('6')), { code: 'ECONNREFUSED' });
  await t.throwsAsync(asked({ host: '127.0.0.1', port: (wayTo(six) as { port: number }).port }, Buffer.from('4')), { code: 'ECONNREFUSED' });
});

test('the log says who comes and what went through, and errors of connections end nothing', async (t) => {
  const log = aLog();
  const socket = await aSocket(t, '127.0.0.1:0', echo, { log });
  await asked(wayTo(socket), Buffer.from('five!'));
  const rude = connect(wayTo(socket));
  rude.once('connect', () => rude.resetAndDestroy());
  await new Promise((resolve) => rude.once('close', resolve));
  t.is((await asked(wayTo(socket), Buffer.from('still here'))).toString(), 'still here');
  t.true(log.lines.some((line) => /^debug: the socket: the connection from 127\.0\.0\.1:\d+ is over, 5 bytes in, 5 out$/.test(line)), log.lines.join('\n'));
});

test('connections beyond the limit are closed, and the log says so once; those within go on', async (t) => {
  const log = aLog();
  const socket = await aSocket(t, '127.0.0.1:0', echo, { log, connectionsMax: 2 });
  const within = await Promise.all([1, 2].map(() => new Promise<Socket>((resolve) => { const one: Socket = connect(wayTo(socket), () => resolve(one)); })));
  t.teardown(() => within.forEach((one) => one.destroy()));
  for (let i = 0; i < 3; i++) {
    const beyond = connect(wayTo(socket)).on('error', () => undefined).resume();
    await new Promise((resolve) => beyond.once('close', resolve));
  }
  t.deepEqual(log.lines.filter((line) => line.startsWith('warn')), ['warn: the socket: more than 2 connections: those beyond are closed']);
  for (const one of within) {
    one.end('still here');
    t.is((await one.toArray()).join(''), 'still here');
  }
});

test('a connection that comes before its socket is served waits', async (t) => {
  const socket = await openSocket(parseListenAddress('127.0.0.1:0'));
  const answer = asked(wayTo(socket), Buffer.from('early'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  serving(t, socket);
  t.is((await answer).toString(), 'early');
});

test('E06 what is taken is refused with one line', async (t) => {
  const taken = [await aSocket(t, '127.0.0.1:0'), await aSocket(t, 'udp:127.0.0.1:0'), await aSocket(t, `unix:${join(await aFolder(t), 'socket')}`)];
  for (const { address } of taken) {
    const error = await t.throwsAsync(openSocket(parseListenAddress(address)), { instanceOf: SocketError, code: 'in-use' });
    t.is(error?.message, `${address} is in use by another program`);
  }
});

test('an address of another machine cannot be listened on', async (t) => {
  await t.throwsAsync(openSocket(parseListenAddress('192.0.2.200:0')), { code: 'cannot-listen', message: /^cannot listen on 192\.0\.2\.200:0: [^\n]+$/ });
});

test('a unix socket takes its file with it; one that a dead program left is replaced', async (t) => {
  const path = join(await aFolder(t), 'socket');
  const first = await openSocket(parseListenAddress(`unix:${path}`));
  t.true(existsSync(path));
  await first.close();
  t.false(existsSync(path));
  await leaveBehind(path);
  t.true(existsSync(path));
  const second = await aSocket(t, `unix:${path}`);
  t.is((await asked(wayTo(second), Buffer.from('new'))).toString(), 'new');
});

test('a file that is no socket is left alone', async (t) => {
  const path = join(await aFolder(t), 'notes');
  await writeFile(path, 'precious');
  await t.throwsAsync(openSocket(parseListenAddress(`unix:${path}`)), { code: 'in-use' });
  t.true(existsSync(path));
});

/** The file of a unix socket whose program was killed. */
async function leaveBehind(path: string): Promise<void> {
  const { execFile } = await import('node:child_process');
  const program = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await new Promise<void>((resolve) => execFile(process.execPath, ['--eval', program], () => resolve()));
}

test('a server of another type at the path is not taken for dead', async (t) => {
  const path = join(await aFolder(t), 'socket');
  const server = createServer().listen(path);
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => void server.close());
  await t.throwsAsync(openSocket(parseListenAddress(`unix-dgram:${path}`)));
  t.true(existsSync(path));
});
