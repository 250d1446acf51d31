import { existsSync } from 'node:fs';
import { converse } from '@coring/talk';
import test, { type ExecutionContext } from 'ava';
import { type Command, start } from '../a-command.js';
import { aFolder, until } from '../a-ring.js';

async function aNodeWithWorkers(t: ExecutionContext, ...args: readonly string[]): Promise<{ node: Command; host: string; port: number; echo: string }> {
  const node = start(t, 'ring-node', ['--listen', '127.0.0.1:0', '--data', await aFolder(t), '--serve', 'hello=127.0.0.1:0', '--serve', 'echo-http=127.0.0.1:0', '--workers', '2', ...args]);
  const [, port] = await node.printed(/hello on 127\.0\.0\.1:(\d+)/);
  const [, echo] = await node.printed(/echo-http on (\S+)/);
  await node.printed(/listening on/);
  return { node, host: '127.0.0.1', port: Number(port), echo: `http://${echo}/` };
}

function workersOf(node: Command): number[] {
  return [...node.stdout.matchAll(/worker (\d+) serves connections/g)].map(([, pid]) => Number(pid));
}

test('C05 with --workers other processes serve the connections, a thousand that sleep too, and one that dies is replaced and told', async (t) => {
  t.timeout(180_000);
  const at = await aNodeWithWorkers(t);
  const { node } = at;
  const greet = async (text: string): Promise<string> => {
    const talk = await converse({ ...at, connectMs: 60_000, receiveMs: 60_000 });
    await talk.send(text);
    const reply = String(await talk.receive());
    talk.cut();
    return reply;
  };
  const asleep = await Promise.all(Array.from({ length: 1000 }, () => converse({ ...at, connectMs: 60_000, receiveMs: 60_000 })));
  t.true((await greet('awake')).endsWith('   awake'));
  t.is(await (await fetch(at.echo, { method: 'POST', body: 'echoed' })).text(), 'echoed');
  // The log says which worker has how many of them only by what happens when one dies.
  const [first, second] = workersOf(node) as [number, number];
  process.kill(first, 'SIGKILL');
  await node.printed(new RegExp(`WARN: worker ${first} ended \\(SIGKILL\\): another takes its place`));
  const answers = await Promise.all(
    asleep.map(async (talk, i) => {
      await talk.send(`sleeper ${i}`).catch(() => undefined);
      return talk.receive().then((reply) => String(reply).endsWith(`   sleeper ${i}`), () => false);
    }),
  );
  const answered = answers.filter(Boolean).length;
  // In turn: half of them were the other one's, give or take those that went in between.
  t.true(answered > 400 && answered < 600, `${answered} of 1000 were answered`);
  await until(() => workersOf(node).length === 3, 'a third worker');
  for (let i = 0; i < 4; i++) t.true((await greet(`again ${i}`)).endsWith(`   again ${i}`));
  node.signal('SIGTERM');
  t.is((await node.ended).code, 0);
  for (const pid of [...workersOf(node), second]) t.false(existsSync(`/proc/${pid}`), `worker ${pid} is still there`);
});

test('C05 what a worker has begun is finished when the node is stopped, and a worker whose node is killed ends', async (t) => {
  const at = await aNodeWithWorkers(t);
  const stages = (): number => [...at.node.stdout.matchAll(/hello: \S+: connected/g)].length;
  const talk = await converse({ ...at, connectMs: 20_000, end: 'line' });
  // The beginning of a text.
  await talk.send('half');
  await until(() => stages() === 1, 'the connection to be served');
  at.node.signal('SIGTERM');
  await at.node.printed(/SIGTERM: leaving the ring/);
  await talk.send('and half\0');
  t.regex(String(await talk.receive()), /^Hello Client/);
  t.is((await at.node.ended).code, 0);

  const killed = await aNodeWithWorkers(t);
  await converse({ ...killed, connectMs: 20_000 });
  killed.node.signal('SIGKILL');
  await killed.node.ended;
  await until(() => workersOf(killed.node).every((pid) => !existsSync(`/proc/${pid}`)), 'the workers to end');
});
