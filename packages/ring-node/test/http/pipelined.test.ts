import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { aServer, raw } from './a-server.js';

const request = (line: string, ...fields: string[]): string => [line, 'Host: a', ...fields, '', ''].join('\r\n');

test('a connection’s changes are made in the order in which it asks for them', async (t) => {
  const { port, node } = await aServer(t);
  const said: string[] = [];
  node.answers = ({ op }) => {
    said.push(`${op} begins`);
    // Nothing, after a while.
    return new Promise((resolve) => setTimeout(() => resolve({ type: 'absent', receipt: node.receipt }), 50)).then((answer) => {
      said.push(`${op} ends`);
      return answer as Awaited<ReturnType<typeof node.request>>;
    });
  };
  const put = `${request('PUT /files/a HTTP/1.1', 'Content-Length: 3')}one`;
  await raw(port, `${put}${request('DELETE /files/a HTTP/1.1')}${request('GET /files/a HTTP/1.1', 'Connection: close')}`);
  t.deepEqual(said, ['put begins', 'put ends', 'delete begins', 'delete ends', 'get begins', 'get ends']);
});

const COUNT = 500;
const SIZE = 64 * 1024;

for (const [what, fields] of [['at hand', []], ['not at hand', ['Range: bytes=0-']]] as const) {
  test(`answers ${what} that nobody reads do not pile up, and come when they are read`, async (t) => {
    const { port, url, node } = await aServer(t);
    node.answersHere = true;
    node.keep('a', Buffer.alloc(SIZE, 'x'));
    const get = request('GET /files/a HTTP/1.1', ...fields);
    await raw(port, get + request('GET /files/a HTTP/1.1', 'Connection: close'));
    const readHere = node.readHere.bind(node);
    let looks = 0;
    node.readHere = (name) => {
      looks++;
      return readHere(name);
    };
    const socket = connect(port, '127.0.0.1').pause();
    t.teardown(() => void socket.destroy());
    await once(socket, 'connect');
    socket.write(get.repeat(COUNT));
    for (let i = 0; i < 20; i++) t.is((await fetch(`${url}/healthz`)).status, 200);
    // The system itself takes some megabytes.
    t.true(looks + node.requests.length < COUNT / 2, `${looks + node.requests.length} were begun`);
    let bytes = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > COUNT * SIZE) break;
    }
    t.true(bytes > COUNT * SIZE);
  });
}

test('requests behind one without an end are not taken in without end', async (t) => {
  const { port, server } = await aServer(t);
  let count = 0;
  server.server.on('request', () => count++);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  t.teardown(() => void socket.destroy());
  socket.write(request('GET /events HTTP/1.1'));
  await once(socket, 'data');
  const many = request('GET /healthz HTTP/1.1').repeat(1000);
  for (let i = 0; i < 500; i++) socket.write(many);
  await wait(1000);
  t.true(count < 20_000, `${count} were taken in`);
});

test('many requests at once are all answered, in their order', async (t) => {
  const { port, node } = await aServer(t);
  node.keep('a', Buffer.from('x'));
  const ranges = Array.from({ length: 3000 }, (_, i) => request('GET /files/a HTTP/1.1', `Range: bytes=${i % 2}-`));
  const answers = await raw(port, `${ranges.join('')}${request('GET /healthz HTTP/1.1', 'Connection: close')}`);
  const statuses = [...`HTTP/1.1 ${answers.status} ${answers.head}${answers.body}`.matchAll(/HTTP\/1\.1 (\d{3}) (?!HTTP)/g)].map(([, status]) => status);
  t.is(statuses.length, 3001);
  t.true(statuses.every((status, i) => status === (i === 3000 ? '200' : i % 2 === 0 ? '206' : '416')));
});

test('the header of a request may be late while the one before it is answered', async (t) => {
  const { port, node } = await aServer(t, { headersTimeoutMs: 200 });
  const { request: ask } = node;
  node.request = async (...asked) => {
    await wait(1000);
    return ask.apply(node, asked);
  };
  node.keep('a', Buffer.from('one'));
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => void socket.destroy());
  let said = '';
  socket.on('data', (bytes: Buffer) => (said += bytes.toString()));
  socket.write(`${request('GET /files/a HTTP/1.1', 'Range: bytes=0-')}GET /healthz HT`);
  await wait(1300);
  socket.write(`TP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  t.deepEqual(said.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 206', 'HTTP/1.1 200']);
});
