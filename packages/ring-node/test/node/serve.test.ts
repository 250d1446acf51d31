import { connect } from 'node:net';
import { parseListenAddress } from '@coring/sockets';
import test, { type ExecutionContext } from 'ava';
import { readArguments } from '../../src/node/arguments.js';
import { noLog } from '../../src/node/log.js';
import { openOwnPort } from '../../src/node/own-port.js';
import { Entrances, type ServeWish } from '../../src/node/serve/entrances.js';
import { roleOfName } from '../../src/node/serve/roles.js';
import { StartError } from '../../src/node/start-error.js';

for (const [name, role] of [
  ['http', 'http'],
  ['web', 'http'],
  ['http4', 'http'],
  ['WEB-public', 'http'],
  ['echo', 'echo'],
  ['echo_udp6', 'echo'],
  ['echo-http', 'echo-http'],
  ['echo-http.socket', 'echo-http'],
  ['hello.socket', 'hello'],
  ['ring', 'ring'],
  ['webclient', undefined],
  ['coring', undefined],
  ['', undefined],
] as const) {
  test(`A01 an inherited socket named ${JSON.stringify(name)} is for ${role ?? 'what is said of nameless ones'}`, (t) => t.is(roleOfName(name), role));
}

test('--serve may be given again and again, --inherit-as names a role', (t) => {
  t.like(readArguments(['--serve', 'echo=udp::3000', '--serve', 'hello=::1', '--inherit-as', 'hello']), {
    serving: { serve: [{ role: 'echo', address: 'udp::3000' }, { role: 'hello', address: '::1' }], inheritAs: 'hello' },
  });
  for (const args of [['--serve', 'echo'], ['--serve', 'tea=:1'], ['--inherit-as', 'tea']]) t.throws(() => readArguments(args), { instanceOf: StartError, code: 'wrong-use' });
});

async function entrances(t: ExecutionContext, ...serve: readonly ServeWish[]): Promise<{ readonly entrances: Entrances; readonly ports: readonly number[] }> {
  const ports: number[] = [];
  const log = { ...noLog(), info: (fields: object | string) => void ports.push(portOf((fields as { address: string }).address)) };
  const opened = await Entrances.open({ serve, inherited: [], log });
  t.teardown(async () => {
    await opened.close();
    opened.cut();
  });
  return { entrances: opened, ports };
}

function portOf(address: string): number {
  return (parseListenAddress(address) as { port: number }).port;
}

function answerAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    connect(port, '127.0.0.1').setEncoding('utf8').on('data', (part: string) => (answer += part)).once('end', () => resolve(answer)).once('error', reject);
  });
}

test('A08 connections wait for the node that is to serve them, also between one and the next', async (t) => {
  const { entrances: opened, ports } = await entrances(t, { role: 'http', address: '127.0.0.1:0' });
  for (const name of ['the first', 'the second']) {
    const early = answerAt(ports[0]!);
    await new Promise((resolve) => setTimeout(resolve, 50));
    opened.http.set((socket) => void socket.end(name));
    t.is(await early, name);
    t.is(await answerAt(ports[0]!), name);
    opened.detach();
  }
});

test('either all are opened or none', async (t) => {
  const { ports } = await entrances(t, { role: 'echo', address: '127.0.0.1:0' });
  const free = portOf((await freePort(t)).address);
  await t.throwsAsync(Entrances.open({ serve: [{ role: 'hello', address: `127.0.0.1:${free}` }, { role: 'echo', address: `127.0.0.1:${ports[0]}` }], inherited: [], log: noLog() }), {
    instanceOf: StartError,
    code: 'cannot-listen',
  });
  await t.throwsAsync(answerAt(free), { code: 'ECONNREFUSED' });
});

/** An address at which nobody listens just now. */
async function freePort(t: ExecutionContext): Promise<{ readonly address: string }> {
  const { entrances: opened, ports } = await entrances(t, { role: 'echo', address: '127.0.0.1:0' });
  await opened.close();
  return { address: `127.0.0.1:${ports[0]}` };
}

test('a ring that is inherited beyond loopback needs a secret, and is not told to listen elsewhere', async (t) => {
  const sort = { onHttp: () => undefined, onPeer: () => undefined };
  const inheriting = (ringAddress: string): Entrances => Object.create(Entrances.prototype, { ringAddress: { value: ringAddress }, hasInherited: { value: true }, connectionsEach: { value: 10 } }) as Entrances;
  await t.throwsAsync(openOwnPort({ entrances: inheriting('[::]:4043') }, sort, noLog()), { code: 'not-safe' });
  await t.throwsAsync(openOwnPort({ entrances: inheriting('127.0.0.1:4043'), listen: '127.0.0.1:4044' }, sort, noLog()), { code: 'wrong-use' });
  const port = await openOwnPort({ entrances: inheriting('127.0.0.1:4043') }, sort, noLog());
  t.like(port, { address: '127.0.0.1:4043', host: '127.0.0.1', port: 4043, isOpen: true });
});

test('a node that was told where to listen does not do without', async (t) => {
  const sort = { onHttp: () => undefined, onPeer: () => undefined };
  await t.throwsAsync(openOwnPort({ listen: '192.0.2.200:0', insecure: true }, sort, noLog()), { code: 'cannot-listen' });
});
