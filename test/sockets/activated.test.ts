import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { start } from '../a-command.js';
import { aFolder, aPort, until } from '../a-ring.js';
import { abstractName, anActivation, socat, testWith, udpReply } from './an-activation.js';

const tools = ['systemd-socket-activate', 'socat'];
/** Most that a datagram of UDP over IPv4 holds, in bytes. */
const UDP_BYTES_MAX = 65_507;

testWith(tools, 'A01, A08, E05 the connection that starts a node is answered, on all addresses of the machine', async (t) => {
  const { node, addresses } = await anActivation(t, { listen: ['PORT'], names: ['http'], args: ['--listen', '127.0.0.1:0'] });
  const answers = await Promise.all(['127.0.0.1', '[::1]'].map((host) => fetch(`http://${host}:${addresses[0]}/files/first`, { method: 'PUT', body: host })));
  t.true(answers.every(({ ok }) => ok));
  await node.printed(/http on \[::\]:\d+, inherited/);
  node.signal('SIGTERM');
  t.is((await node.ended).code, 0);
});

testWith(tools, 'A08 a node that takes its time to start loses nothing of what comes meanwhile', async (t) => {
  const { node, addresses } = await anActivation(t, { listen: ['127.0.0.1:PORT', 'PATH'], names: ['echo', 'http'], args: ['--listen', '127.0.0.1:0', '--start-sleep', '2'] });
  // It is the first that starts it; all are there, with all their bytes, before it has one of its sockets.
  const bytes = randomBytes(50_000);
  const answers = [socat(`TCP:${addresses[0]}`, bytes), socat(`TCP:${addresses[0]}`, bytes), statusOver(addresses[1]!)] as const;
  const [first, second, status] = await Promise.all(answers);
  t.true(first.equals(bytes) && second.equals(bytes));
  t.is(status, 200);
  t.regex(node.stdout, /sleeps for 2 s before it starts[^]*echo on .*, inherited/);
});

testWith([...tools, 'addon'], 'A01, A02 connections of every family are echoed byte for byte, from the one that starts the node on', async (t) => {
  const { node, addresses } = await anActivation(t, {
    listen: ['127.0.0.1:PORT', '[::1]:PORT', 'PATH', abstractName()],
    names: ['echo', 'echo-tcp6', 'echo_unix', 'echo.abstract'],
    args: ['--listen', '127.0.0.1:0'],
  });
  const [four, six, path, name] = addresses as [string, string, string, string];
  const bytes = randomBytes(3 * 2 ** 20);
  for (const address of [`TCP4:${four}`, `TCP6:${six}`, `UNIX-CONNECT:${path}`, `ABSTRACT-CONNECT:${name.slice(1)}`]) t.true((await socat(address, bytes)).equals(bytes), address);
  for (const { to, what } of [{ to: { host: '127.0.0.1', port: Number(four.split(':').at(-1)) }, what: 'tcp' }, { to: { path }, what: 'unix' }]) {
    const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => echoed(to, `${what} ${i}`)));
    t.deepEqual(answers, Array.from({ length: 500 }, (_, i) => `${what} ${i}`));
  }
  for (const address of [four, six, `unix:${path}`, `unix:${name}`]) t.true(node.stdout.includes(`echo on ${address}, inherited`), node.stdout);
});

testWith([...tools, 'addon'], 'A03, A12 datagrams over IP are echoed, the one that starts the node, large ones and empty ones', async (t) => {
  const { addresses } = await anActivation(t, { listen: ['127.0.0.1:PORT', '[::1]:PORT'], datagrams: true, names: ['echo', 'echo'], args: ['--listen', '127.0.0.1:0'] });
  const [four, six] = addresses as [string, string];
  t.is((await udpReply(four, Buffer.from('wake up'))).toString(), 'wake up');
  for (const bytes of [randomBytes(UDP_BYTES_MAX), Buffer.alloc(0)]) {
    for (const address of [four, six]) t.true((await udpReply(address, bytes)).equals(bytes), `${bytes.length} bytes to ${address}`);
  }
});

testWith([...tools, 'addon'], 'A04 datagrams of unix sockets are echoed to senders with a name, and nameless ones break nothing', async (t) => {
  const { node, addresses } = await anActivation(t, { listen: ['PATH'], datagrams: true, names: ['anything'], args: ['--listen', '127.0.0.1:0'] });
  const path = addresses[0]!;
  void spawn('socat', ['-t', '0', '-', `UNIX-SENDTO:${path}`], { stdio: ['pipe', 'ignore', 'ignore'] }).stdin.end('nameless');
  await node.printed(/a datagram of 8 bytes from a sender without a name gets no reply/);
  for (const bytes of [Buffer.from('named'), randomBytes(60_000)]) t.true((await socat(`UNIX-SENDTO:${path},bind=${path}-client`, bytes)).equals(bytes));
});

testWith([...tools, 'addon'], 'A06 one node serves inherited sockets of all families at once', async (t) => {
  const path = join(await aFolder(t), 'stream');
  const [four, six] = [`127.0.0.1:${aPort()}`, `[::1]:${aPort()}`];
  // It passes on what it has itself inherited: the datagrams of the one before it.
  const streams = ['systemd-socket-activate', ...[four, six, path, ...(existsSync('/dev/vsock') ? [`vsock::${aPort()}`] : [])].map((address) => `--listen=${address}`), '--fdname=echo'];
  const { node, addresses } = await anActivation(t, {
    listen: ['127.0.0.1:PORT', '[::1]:PORT', 'PATH'],
    datagrams: true,
    names: ['echo', 'echo', 'echo'],
    within: streams,
    args: ['--listen', '127.0.0.1:0'],
  });
  const [udp4, udp6, datagrams] = addresses as [string, string, string];
  for (const address of [udp4, udp6]) t.is((await udpReply(address, Buffer.from(address))).toString(), address);
  t.is((await socat(`UNIX-SENDTO:${datagrams},bind=${datagrams}-client`, Buffer.from('datagram'))).toString(), 'datagram');
  const bytes = randomBytes(100_000);
  const answers = await Promise.all([`TCP4:${four}`, `TCP6:${six}`, `UNIX-CONNECT:${path}`].map((address) => socat(address, bytes)));
  t.true(answers.every((answer) => answer.equals(bytes)));
  t.notRegex(node.stdout, /WARN/);
  if (existsSync('/dev/vsock')) t.regex(node.stdout, /echo on vsock::\d+, inherited/);
});

testWith(tools, 'A01 what a name does not say --inherit-as does, and what cannot be taken is told', async (t) => {
  const { node, addresses } = await anActivation(t, { listen: ['127.0.0.1:PORT', 'PATH'], names: ['mine', 'ring'], args: ['--listen', '127.0.0.1:0', '--inherit-as', 'hello'] });
  t.regex((await socat(`TCP:${addresses[0]}`, Buffer.from('you\0'))).toString(), /^Hello Client, .*\n? *you/s);
  await node.printed(/WARN: the inherited socket 4 \("ring"\) is not served: nodes reach each other over TCP only/);
});

testWith(tools, 'A01 a node whose ring is inherited listens there alone, and others join it', async (t) => {
  const { node, addresses } = await anActivation(t, { listen: ['127.0.0.1:PORT'], names: ['ring'] });
  const address = addresses[0]!;
  t.is((await fetch(`http://${address}/readyz`)).status, 200);
  await node.printed(new RegExp(`listening on http://${address} `));
  const joiner = start(t, 'ring-node', ['--listen', '127.0.0.1:0', '--data', await aFolder(t), '-i', '127.0.0.1', '-p', address.split(':')[1]!]);
  await joiner.printed(/joined the ring/);
  await until(async () => ((await (await fetch(`http://${address}/ring`)).json()) as { nodes: unknown[] }).nodes.length === 2, 'a ring of two');
});

testWith([...tools, 'root', 'unshare', 'ip'], 'A09 a node in a network of its own, without an interface that is up, serves what it has inherited', async (t) => {
  // It starts only if no interface is.
  const within = ['unshare', '--net', 'sh', '-c', 'test -z "$(ip link show up)" && exec "$@"', 'sh'];
  const { addresses } = await anActivation(t, { listen: ['127.0.0.1:PORT', '[::1]:PORT', 'PATH', 'PATH'], names: ['http', 'echo', 'echo', 'http'], within });
  const [http, echo, path, httpPath] = addresses as [string, string, string, string];
  t.is((await fetch(`http://${http}/files/here`, { method: 'PUT', body: 'from outside' })).status, 201);
  t.is(await (await fetch(`http://${http}/files/here`)).text(), 'from outside');
  t.is(await statusOver(httpPath), 200);
  const bytes = randomBytes(100_000);
  for (const address of [`TCP6:${echo}`, `UNIX-CONNECT:${path}`]) t.true((await socat(address, bytes)).equals(bytes), address);
});

testWith([...tools, 'root', 'unshare', 'setpriv'], 'A09 a node that may open no port goes without one', async (t) => {
  // In this network ports below 5000 are for root, and whoever runs there is not.
  const forbid = 'echo 5000 > /proc/sys/net/ipv4/ip_unprivileged_port_start; exec setpriv --inh-caps=-all --bounding-set=-all "$@"';
  const { node, addresses } = await anActivation(t, { listen: ['127.0.0.1:PORT'], names: ['http'], within: ['unshare', '--net', 'sh', '-c', forbid, 'sh'] });
  t.is((await fetch(`http://${addresses[0]}/readyz`)).status, 200);
  t.regex(node.stdout, /WARN: no port of its own/);
  t.regex(node.stdout, /serving without a port of its own \(process \d+\)/);
});

testWith(tools, 'A13 without the addon TCP and unix connections are served, and what is missing is named', async (t) => {
  const env = { CORING_WITHOUT_ADDON: '1', NOTIFY_SOCKET: '/nowhere' };
  const streams = await anActivation(t, { listen: ['127.0.0.1:PORT', 'PATH'], names: ['echo', 'http'], env, args: ['--listen', '127.0.0.1:0'] });
  t.is((await socat(`TCP:${streams.addresses[0]}`, Buffer.from('plain'))).toString(), 'plain');
  t.is(await statusOver(streams.addresses[1]!), 200);
  t.regex(streams.node.stdout, /WARN: NOTIFY_SOCKET "\/nowhere" hears nothing of this node: the addon for sockets is missing/);
  const datagrams = await anActivation(t, { listen: ['127.0.0.1:PORT', 'PATH'], datagrams: true, names: ['echo', 'echo'], env, args: ['--listen', '127.0.0.1:0'] });
  t.is((await udpReply(datagrams.addresses[0]!, Buffer.from('plain'))).toString(), 'plain');
  await datagrams.node.printed(/WARN: the inherited socket 4 \("echo"\) cannot be taken: .*the addon for sockets is missing/);
});

function echoed(to: { readonly path: string } | { readonly host: string; readonly port: number }, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ ...to, allowHalfOpen: true });
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part)).once('end', () => resolve(answer)).once('error', reject);
    socket.end(text);
  });
}

function statusOver(socketPath: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/readyz' }, (response) => resolve(response.resume().statusCode)).once('error', reject).end();
  });
}
