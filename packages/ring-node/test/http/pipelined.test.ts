import { once } from 'node:events';
import { connect } from 'node:net';
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
