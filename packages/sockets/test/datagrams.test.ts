import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import test from 'ava';
import { openSocket, parseListenAddress } from '../src/index.js';
import { aUdpClient, UnixClient } from './a-datagram.js';
import { addonTest, aFolder, aLog, aSocket, echo, serving } from './a-socket.js';

/** Most that a datagram of UDP over IPv4 holds, in bytes. */
const UDP_BYTES_MAX = 65_507;

for (const address of ['udp:127.0.0.1:0', 'udp:[::1]:0', 'udp::0']) {
  test(`A03 ${address}: datagrams of 64 KB, of one byte and empty ones come back byte for byte`, async (t) => {
    const client = await aUdpClient(t, await aSocket(t, address));
    for (const bytes of [randomBytes(UDP_BYTES_MAX), Buffer.from([0]), Buffer.alloc(0), randomBytes(1_025)]) t.true((await client.ask(bytes)).equals(bytes), String(bytes.length));
  });
}

test('A03 a datagram that is too large for its family does not leave its sender, and the next ones are served', async (t) => {
  const client = await aUdpClient(t, await aSocket(t, 'udp:127.0.0.1:0'));
  const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => client.socket.send(Buffer.alloc(UDP_BYTES_MAX + 1), resolve));
  t.is(error?.code, 'EMSGSIZE');
  t.is((await client.ask(Buffer.from('still here'))).toString(), 'still here');
});

test('a reply that is too large for its family is not sent, and the log says so', async (t) => {
  const log = aLog();
  const client = await aUdpClient(t, await aSocket(t, 'udp:127.0.0.1:0', { datagram: (message) => (message.length === 0 ? message : Buffer.alloc(UDP_BYTES_MAX + 1)) }, { log }));
  client.socket.send('grow');
  t.is((await client.ask(Buffer.alloc(0))).length, 0);
  t.true(log.lines.some((line) => /^debug: the socket: the reply of 65508 bytes to 127\.0\.0\.1:\d+ was not sent/.test(line)), log.lines.join('\n'));
});

test('two echoes cannot be made to answer each other for ever', async (t) => {
  const log = aLog();
  const served = await aSocket(t, 'udp:127.0.0.2:0', echo, { log });
  const port = Number(served.address.split(':').at(-1));
  const twin = createSocket('udp4');
  t.teardown(() => void twin.close());
  twin.bind(port, '127.0.0.3');
  await once(twin, 'listening');
  const heard: Buffer[] = [];
  twin.on('message', (message) => void heard.push(message));
  twin.send('ping', port, '127.0.0.2');
  const client = await aUdpClient(t, served);
  await client.ask(Buffer.from('after it'));
  t.deepEqual(heard, []);
  t.true(log.lines.some((line) => line.startsWith('info: ') && line.includes('gets no reply')), log.lines.join('\n'));
});

addonTest('A04 datagrams of a unix socket come back to senders with a name; those of nameless ones are logged, and break nothing', async (t) => {
  const folder = await aFolder(t);
  const path = join(folder, 'server');
  const log = aLog();
  await aSocket(t, `unix-dgram:${path}`, echo, { log });
  const nameless = new UnixClient(t);
  t.true(nameless.send(Buffer.from('who am I?'), path));
  for (const client of [new UnixClient(t, join(folder, 'client')), new UnixClient(t, `@coring-client-${process.pid}`)]) {
    for (const bytes of [randomBytes(UDP_BYTES_MAX), Buffer.alloc(0), Buffer.from('x'), randomBytes(150_000)]) {
      t.true(client.send(bytes, path));
      t.true((await client.received()).equals(bytes), String(bytes.length));
    }
  }
  t.true(log.lines.includes('info: the socket: a datagram of 9 bytes from a sender without a name gets no reply: there is no address to send it to'), log.lines.join('\n'));
});

addonTest('A04 a receiver without room gets its replies when it reads, in their order, and holds up nobody else', async (t) => {
  const folder = await aFolder(t);
  const path = join(folder, 'server');
  await aSocket(t, `unix-dgram:${path}`);
  const [slow, quick] = [new UnixClient(t, join(folder, 'slow')), new UnixClient(t, join(folder, 'quick'))];
  // More than the kernel keeps for one receiver.
  for (let i = 0; i < 60; i++) {
    while (!slow.send(Buffer.from(`number ${i}`), path)) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  t.true(quick.send(Buffer.from('meanwhile'), path));
  t.is((await quick.received()).toString(), 'meanwhile');
  for (let i = 0; i < 60; i++) t.is((await slow.received()).toString(), `number ${i}`);
});

addonTest('the file of a unix socket for datagrams goes with it; one that a dead program left is replaced, one that is in use is not', async (t) => {
  const path = join(await aFolder(t), 'server');
  const address = parseListenAddress(`unix-dgram:${path}`);
  const first = await openSocket(address);
  await t.throwsAsync(openSocket(address), { code: 'in-use' });
  await first.close();
  t.false(existsSync(path));
  const { native } = await import('../src/native.js');
  const { sockaddr } = await import('../src/socket-name.js');
  const calls = native()!;
  const fd = calls.open(calls.AF_UNIX, calls.SOCK_DGRAM);
  calls.bind(fd, sockaddr(calls, { family: 'unix', type: 'datagram', path }));
  calls.close(fd);
  t.true(existsSync(path));
  serving(t, await openSocket(address));
  const client = new UnixClient(t, `${path}-client`);
  t.true(client.send(Buffer.from('new'), path));
  t.is((await client.received()).toString(), 'new');
});
