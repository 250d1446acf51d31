import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { hello, type HelloOptions } from '@coring/services';
import test, { type ExecutionContext } from 'ava';
import { listeningNode, run } from './a-command.js';
import { aFolder } from './a-ring.js';

async function aHelloServer(t: ExecutionContext, options: Partial<HelloOptions> = {}): Promise<string[]> {
  const service = hello(options);
  const server = createServer({ allowHalfOpen: true }, (socket) => service.stream!(socket, 'somebody'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  return ['-p', String((server.address() as AddressInfo).port)];
}

test('C01 webclient hello shows each stage, and the address that the name resolved to', async (t) => {
  const at = await aHelloServer(t);
  const { code, stdout } = await run(t, 'webclient', ['hello', '127.0.0.1', '1', ...at]);
  t.is(code, 0);
  t.is(
    stdout,
    `Client: connecting to server 127.0.0.1
Client sending message to Server ...
... done sending message to Server.
Client receiving message from Server ...
... done receiving message from Server.
Complete message from Server read by Client:
   Hello Client, this is Server. I rec'd this message:
   Hello Server, this is Client! Used 1 sleep seconds.
Client exiting.
`,
  );
});

test('C05 fifty webclients at once, each with its connection held, are all answered', async (t) => {
  const at = await aHelloServer(t);
  const ended = await Promise.all(Array.from({ length: 50 }, () => run(t, 'webclient', ['hello', 'localhost', '1', '--json', ...at])));
  for (const { code, stdout } of ended) {
    t.is(code, 0);
    t.is((JSON.parse(stdout) as { reply: string }).reply, "Hello Client, this is Server. I rec'd this message:\n   Hello Server, this is Client! Used 1 sleep seconds.");
  }
});

test('C04 webclient hello says what the server refused, and when nobody answers', async (t) => {
  const refusing = await run(t, 'webclient', ['hello', '127.0.0.1', ...(await aHelloServer(t, { bytesMax: 3 }))]);
  t.deepEqual([refusing.code, refusing.stderr], [1, 'webclient: the server refused: A message has at most 3 bytes.\n']);
  const nobody = await run(t, 'webclient', ['hello', '127.0.0.1', '-p', '1']);
  t.deepEqual([nobody.code, nobody.stderr], [3, 'webclient: 127.0.0.1 cannot be reached: 127.0.0.1: connect ECONNREFUSED 127.0.0.1:1\n']);
});

test('E02 webclient echo has a real node send the time back', async (t) => {
  const cwd = await aFolder(t);
  const { ip, port } = await listeningNode(t, ['--listen', '127.0.0.1:0', '--data', `${cwd}/data`]);
  const { code, stdout } = await run(t, 'webclient', ['echo', '-i', ip, '-p', port]);
  t.is(code, 0);
  t.deepEqual(Object.keys(JSON.parse(stdout) as object)[0], 'timestamp');
});
