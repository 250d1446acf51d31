import { spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { converse } from '@coring/talk';
import test, { type ExecutionContext } from 'ava';
import { type Command, start } from '../a-command.js';
import { aFolder, until } from '../a-ring.js';
import { testWith } from './an-activation.js';

async function aGreeter(t: ExecutionContext, ...args: readonly string[]): Promise<{ node: Command; host: string; port: number; connectMs: number }> {
  const node = start(t, 'ring-node', ['--listen', '127.0.0.1:0', '--data', await aFolder(t), '--serve', 'hello=127.0.0.1:0', ...args]);
  const [, port] = await node.printed(/hello on 127\.0\.0\.1:(\d+)/);
  return { node, host: '127.0.0.1', port: Number(port), connectMs: 20_000 };
}

/** The lines of the log about greetings, without who it was. */
function stagesOf({ stdout }: Command): string[] {
  return [...stdout.matchAll(/: hello: \S+:\d+: (.*)/g)].map(([, stage]) => stage!);
}

test('C03 one socket answers over IPv4 and IPv6 at once, or over one of them', async (t) => {
  const reached = async (place: string): Promise<boolean[]> => {
    const node = start(t, 'ring-node', ['--listen', '127.0.0.1:0', '--data', await aFolder(t), '--serve', `hello=${place}`]);
    const [, port] = await node.printed(/hello on \S+:(\d+)/);
    const tries = ['127.0.0.1', '::1'].map((host) => converse({ host, port: Number(port), connectMs: 20_000 }).then((talk) => (talk.cut(), true), () => false));
    return Promise.all(tries);
  };
  t.deepEqual(await Promise.all([':0', 'tcp4::0', 'tcp6::0'].map(reached)), [[true, true], [true, false], [false, true]]);
});

test('C09 the node logs each stage of a greeting, and why it ended', async (t) => {
  const at = await aGreeter(t);
  const talk = await converse(at);
  await talk.send('Hello Server');
  t.is(String(await talk.receive()), "Hello Client, this is Server. I rec'd this message:\n   Hello Server");
  await t.throwsAsync(talk.receive(), { code: 'closed' });
  (await converse(at)).close();
  await until(() => stagesOf(at.node).length === 5, 'the stages');
  t.deepEqual(stagesOf(at.node), ['connected', 'message complete, 12 bytes in 1 piece', 'closed after the reply', 'connected', 'closed by the client']);
});

test('C02 C09 with --hello-read-size 4 and -v the pieces show, and make no difference', async (t) => {
  const at = await aGreeter(t, '--hello-read-size', '4', '-v');
  const talk = await converse(at);
  await talk.send('Hello Server');
  t.true(String(await talk.receive()).endsWith('   Hello Server'));
  await at.node.printed(/closed after the reply/);
  t.deepEqual(stagesOf(at.node), ['connected', 'a piece of 4 bytes', 'a piece of 4 bytes', 'a piece of 4 bytes', 'a piece of 1 bytes', 'message complete, 12 bytes in 4 pieces', 'closed after the reply']);
});

test('C09 with --hello-keep-open a connection brings several texts, and with --hello-acknowledge each is acknowledged', async (t) => {
  const talk = await converse({ ...(await aGreeter(t, '--hello-keep-open', '--hello-acknowledge')), acknowledged: true });
  for (const text of ['first', 'grüß dich', '']) {
    await talk.send(text);
    t.true(String(await talk.receive()).endsWith(`   ${text}`));
  }
  talk.close();
});

for (const [tool, args, newline] of [
  ['nc', [], '\n'],
  ['telnet', [], '\r\n'],
] as const) {
  testWith([tool], `C06 with --hello-lines what is typed through ${tool} is answered at each line`, async (t) => {
    const at = await aGreeter(t, '--hello-lines');
    const child = spawn(tool, [...args, at.host, String(at.port)], { stdio: ['pipe', 'pipe', 'ignore'] });
    t.teardown(() => void child.kill());
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    if (tool === 'telnet') await until(() => said.includes("Escape character is '^]'"), 'a connection');
    t.pass();
    // Of every length up to that which a buffer of four bytes would take for more to come.
    for (const line of ['Hi Server!  I am typing to you this time!', 'abc', 'abcd', '']) {
      const from = said.length;
      child.stdin.write(line + newline);
      await until(() => said.slice(from).replaceAll('\r', '').endsWith(`   ${line}\n`), `an answer to ${JSON.stringify(line)}`);
    }
  });
}

test('C06 a node asked for nothing else answers nc that closes its half', async (t) => {
  const at = await aGreeter(t);
  const socket = connect({ ...at, allowHalfOpen: true });
  socket.end('from a pipe\n');
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  t.is(Buffer.concat(chunks).toString(), "Hello Client, this is Server. I rec'd this message:\n   from a pipe\n\0");
});

testWith(['ss'], 'C09 --backlog says how many connections may wait', async (t) => {
  for (const [args, expected] of [
    [['--backlog', '7'], '7'],
    [[], '511'],
  ] as const) {
    const { port } = await aGreeter(t, ...args);
    const { stdout } = spawnSync('ss', ['-Hltn', `sport = :${port}`], { encoding: 'utf8' });
    t.is(stdout.trim().split(/\s+/)[2], expected);
  }
});
