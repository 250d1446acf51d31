import { Agent, createServer, get, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { openPort, type Port } from '../../src/node/port.js';
import { StartError } from '../../src/node/start-error.js';
import { aPing, aPortToComeBackTo, anEnd, handTo, until } from './two-nodes.js';

const MAGIC = 'CORING/1\n';

test('peers and HTTP share one port, also over kept connections', async (t) => {
  const httpServer = hello(t);
  const b = await anEnd(t, { httpServer });
  const a = await anEnd(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const ports = new Set<number | undefined>();
  for (let i = 0; i < 3; i++) {
    a.links.send(b.address, aPing(a.nodeId, b.nodeId));
    const { body, localPort } = await getText(b.port.port, agent);
    t.is(body, 'hello');
    ports.add(localPort);
  }
  t.is(ports.size, 1);
  await until(() => b.arrived.length === 3);
  t.pass();
});

test('what comes byte by byte goes where it belongs', async (t) => {
  const peers: string[] = [];
  const { port } = await aPort(t, hello(t), { onPeer: (socket) => socket.setEncoding('latin1').on('data', (text: string) => peers.push(text)).resume() });
  const peer = await aSocket(t, port);
  for (const byte of `${MAGIC}rest`) {
    peer.write(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => peers.join('') === 'rest');
  const client = await aSocket(t, port);
  let answer = '';
  client.setEncoding('latin1').on('data', (text: string) => (answer += text));
  for (const byte of 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n') {
    client.write(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => answer.endsWith('hello'));
  t.is(peers.join(''), 'rest');
});

test('what begins like the magic and goes on otherwise is HTTP with all its bytes', async (t) => {
  const { port } = await aPort(t, hello(t));
  const client = await aSocket(t, port);
  let answer = '';
  client.setEncoding('latin1').on('data', (text: string) => (answer += text));
  client.write('CO');
  // Long enough for the two to be read one after the other.
  const sinceMs = performance.now();
  await until(() => performance.now() - sinceMs > 100);
  client.write('PY / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => answer !== '');
  t.regex(answer, /^HTTP\/1\.1 200/);
});

test('a request body that comes with the first bytes, or long after, arrives whole', async (t) => {
  const httpServer = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('end', () => response.end(String(bytes)));
  });
  const { port } = await aPort(t, httpServer);
  const client = await aSocket(t, port);
  let answer = '';
  client.setEncoding('latin1').on('data', (text: string) => (answer += text));
  client.write(Buffer.concat([Buffer.from('PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5000000\r\n\r\n'), Buffer.alloc(2_000_000)]));
  client.write(Buffer.alloc(3_000_000));
  await until(() => answer.includes('5000000'));
  t.pass();
});

test('R17 who says nothing is hung up on', async (t) => {
  const { port } = await aPort(t, hello(t), { silentMs: 50 });
  const silent = await aSocket(t, port);
  await until(() => silent.destroyed);
  t.pass();
});

test('R17 who drips the magic is hung up on; who connects ahead of a request is not', async (t) => {
  const { port } = await aPort(t, hello(t), { firstBytesMs: 50 });
  const [ahead, dripping] = [await aSocket(t, port), await aSocket(t, port)];
  let answer = '';
  ahead.setEncoding('latin1').on('data', (text: string) => (answer += text));
  const drops = [...MAGIC.slice(0, -1)];
  const drip = setInterval(() => dripping.write(drops.shift() ?? ''), 20);
  t.teardown(() => clearInterval(drip));
  await until(() => dripping.destroyed);
  ahead.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => answer.endsWith('hello'));
  t.pass();
});

test('R17 more clients than the limit are not taken, and find room when others have gone; peers find it always', async (t) => {
  const told: number[] = [];
  const peers: Socket[] = [];
  const { port } = await aPort(t, hello(t), { onPeer: (socket) => peers.push(socket), clientsMax: 5, firstBytesMs: 50, onFull: (most) => told.push(most) });
  const sockets: Socket[] = [];
  for (let i = 0; i < 8; i++) sockets.push(await aSocket(t, port));
  const open = (): number => sockets.filter(({ destroyed }) => !destroyed).length;
  await until(() => open() === 5);
  const asking = async (): Promise<string> => {
    const socket = await aSocket(t, port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    return (await socket.toArray().catch(() => [])).join('');
  };
  t.is(await asking(), '');
  t.is(await asking(), '');
  t.deepEqual(told, [5]);
  const peer = await aSocket(t, port);
  peer.write(MAGIC);
  await until(() => peers.length === 1);
  for (const socket of sockets) socket.destroy();
  for (let answer = ''; answer === ''; ) answer = await asking();
});

test('the first free port is taken', async (t) => {
  const taken = await aPort(t, hello(t));
  const free = aPortToComeBackTo();
  const { port, address, host } = await aPort(t, hello(t), { ports: [taken.port, free] });
  t.is(port, free);
  t.is(host, '127.0.0.1');
  t.is(address, `127.0.0.1:${free}`);
});

test('a port that is taken is an error with a code, which names the address', async (t) => {
  const { port, address } = await aPort(t, hello(t));
  const error = await t.throwsAsync(aPort(t, hello(t), { ports: [port] }), { instanceOf: StartError, code: 'cannot-listen' });
  t.true(error.message.includes(address));
  await t.throwsAsync(aPort(t, hello(t), { host: '203.0.113.1' }), { instanceOf: StartError, code: 'cannot-listen' });
});

test('a closed port is free at once, and who had said nothing is hung up on', async (t) => {
  const first = await aPort(t, hello(t), { ports: [aPortToComeBackTo()] });
  const silent = await aSocket(t, first.port);
  await first.close();
  await until(() => silent.destroyed);
  const second = await aPort(t, hello(t), { ports: [first.port] });
  t.is(second.port, first.port);
});

test('a listener on all addresses is bound to an unspecified one', async (t) => {
  const { host, port } = await aPort(t, hello(t), { host: '' });
  t.true(host === '::' || host === '0.0.0.0');
  t.is((await getText(port)).body, 'hello');
});

async function aPort(t: ExecutionContext, httpServer: Server, options: Partial<Parameters<typeof openPort>[0]> = {}): Promise<Port> {
  const port = await openPort({ host: '127.0.0.1', ports: [0], onPeer: (socket) => socket.destroy(), onHttp: handTo(httpServer), ...options });
  t.teardown(async () => {
    httpServer.closeAllConnections();
    await port.close();
  });
  return port;
}

function hello(t: ExecutionContext): Server {
  const server = createServer((_request, response) => response.end('hello'));
  t.teardown(() => server.closeAllConnections());
  return server;
}

async function aSocket(t: ExecutionContext, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  t.teardown(() => socket.destroy());
  socket.resume();
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return socket;
}

function getText(port: number, agent?: Agent): Promise<{ body: string; localPort: number | undefined }> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', ...(agent === undefined ? {} : { agent }) }, (response) => {
      const { localPort } = response.socket;
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => resolve({ body, localPort }));
    }).on('error', reject);
  });
}
