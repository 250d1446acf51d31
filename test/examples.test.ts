import { fileURLToPath } from 'node:url';
import { converse } from '@coring/talk';
import test, { type ExecutionContext } from 'ava';
import { type Command, listeningNode, startFile } from './a-command.js';
import { aFolder } from './a-ring.js';

function example(t: ExecutionContext, name: string, ...args: readonly string[]): Command {
  return startFile(t, process.execPath, [fileURLToPath(new URL(`../../examples/talk/dist/src/${name}.js`, import.meta.url)), ...args]);
}

async function portOf(server: Command): Promise<string> {
  return (await server.printed(/listening on \S+:(\d+)/))[1]!;
}

test('C10 the client and the server without timeouts talk to each other, again and again', async (t) => {
  const server = example(t, 'server', '127.0.0.1:0');
  const port = await portOf(server);
  for (const text of ['first', 'second']) {
    const { code, stdout } = await example(t, 'client', 'localhost', port, text).ended;
    t.is(code, 0);
    t.regex(stdout, new RegExp(`^connected to 127\\.0\\.0\\.1\nHello Client, this is Server\\. I rec'd this message:\n   ${text}\n$`));
  }
});

test('C10 the client talks to a node', async (t) => {
  const { node } = await listeningNode(t, ['--listen', '127.0.0.1:0', '--data', await aFolder(t), '--serve', 'hello=127.0.0.1:0']);
  const [, port] = await node.printed(/hello on 127\.0\.0\.1:(\d+)/);
  t.regex((await example(t, 'client', '127.0.0.1', port!).ended).stdout, /Hello Server, this is Client!/);
});

test('C10 with timeouts the server waits again or returns, and the client says what it came to by its name', async (t) => {
  const returning = await example(t, 'patient-server', '127.0.0.1:0', '--return').ended;
  t.deepEqual([returning.code, returning.stdout.split('\n').slice(1)], [1, ['nobody came', 'no-client: no client came within 2 s', '']]);
  const server = example(t, 'patient-server', '127.0.0.1:0');
  await server.printed(/nobody came\n[^]*nobody came/);
  const port = await portOf(server);
  const { code, stdout } = await example(t, 'patient-client', '127.0.0.1', port, 'patient').ended;
  t.deepEqual([code, stdout.endsWith('   patient\n')], [0, true]);
  // One who says nothing is given up, and the next one served.
  const silent = await converse({ host: '127.0.0.1', port: Number(port) });
  await server.printed(/127\.0\.0\.1:\d+: receive-timeout/);
  silent.cut();
  server.signal('SIGINT');
  const ended = await server.ended;
  t.is(ended.code, 0);
  t.regex(ended.stdout, /interrupted: interrupted\n$/);
  const nobody = await example(t, 'patient-client', 'no.such.name.invalid').ended;
  t.is(nobody.code, 1);
  t.regex(nobody.stdout, /^connect-timeout: /);
});

test('C10 the application serves many at a time, and lets them finish when it is to shut down', async (t) => {
  const application = example(t, 'application', '127.0.0.1:0');
  const port = Number(await portOf(application));
  const clients = await Promise.all(Array.from({ length: 20 }, () => converse({ host: '127.0.0.1', port, end: 'line' })));
  for (const client of clients) {
    await client.send('three small words');
    t.is(String(await client.receive()), '3');
  }
  for (const client of clients.slice(2)) client.close();
  application.signal('SIGTERM');
  await application.printed(/shutting down: /);
  // One of the two that are left says what it has to; the other never does.
  await clients[0]!.send('one more');
  t.is(String(await clients[0]!.receive()), '2');
  await clients[0]!.send('bye');
  t.is(String(await clients[0]!.receive()), 'bye');
  await t.throwsAsync(clients[1]!.receive(), { code: 'closed' });
  const { code, stdout } = await application.ended;
  t.is(code, 0);
  t.regex(stdout, /127\.0\.0\.1:\d+: interrupted\n63 words counted\n$/);
});
