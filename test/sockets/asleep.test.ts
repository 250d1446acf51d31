import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { RingBody } from '@coring/protocol';
import { start } from '../a-command.js';
import { aFolder, aRing, until, type TestNode } from '../a-ring.js';
import { type Activation, anActivation, testWith } from './an-activation.js';

/** A node that ends when nobody uses it, and somebody who starts it whenever it is dialled. */
interface Sleeper {
  readonly address: string;
  /** How often it was started so far. */
  readonly starts: () => number;
}

async function aSleeper(t: ExecutionContext, through: TestNode): Promise<Sleeper> {
  const [ip, port] = through.address.split(':') as [string, string];
  const args = ['--data', join(await aFolder(t), 'data'), '-i', ip, '-p', port, '--idle-exit', '1s', '--wake-every', '1h'];
  const activate = (listen: string): Promise<Activation> => anActivation(t, { listen: [listen], names: ['ring'], args });
  const activations = [await activate('127.0.0.1:PORT')];
  const address = activations[0]!.addresses[0]!;
  let isOver = false;
  const startingAgain = (async () => {
    while (!isOver && (await activations.at(-1)!.node.ended).code === 0 && !isOver) activations.push(await activate(address));
  })();
  t.teardown(async () => {
    isOver = true;
    activations.at(-1)!.node.signal('SIGKILL');
    await startingAgain;
  });
  return { address, starts: () => activations.filter(({ node }) => node.stdout.includes('listening on')).length };
}

async function stateAt(node: TestNode, address: string): Promise<string | undefined> {
  return (await node.ring()).nodes.find((one) => one.address === address)?.state;
}

testWith(['systemd-socket-activate'], 'A10 a node that nobody uses ends, counts as there, and starts when the ring or a client needs it', async (t) => {
  const nodes = await aRing(t, 2);
  const [at, other] = nodes as [TestNode, TestNode];
  const sleeper = await aSleeper(t, at);
  const url = `http://${sleeper.address}`;
  const asleep = (): Promise<void> => until(async () => (await stateAt(at, sleeper.address)) === 'asleep' && (await stateAt(other, sleeper.address)) === 'asleep', 'it to sleep', 60_000);
  t.is((await fetch(`${url}/ring`)).status, 200);
  await asleep();
  const ring = await at.ring();
  t.true(ring.whole, JSON.stringify(ring.nodes));
  t.is(ring.members.length, 3);

  t.is((await fetch(`${other.url}/files/for-all`, { method: 'PUT', body: 'three copies' })).status, 201);
  await until(async () => (await stateAt(at, sleeper.address)) === 'up', 'the ring to wake it for a copy');
  await until(async () => (await (await fetch(`${at.url}/ring/copies`)).json() as { byCopies: Record<string, number> }).byCopies['3'] === 1, 'its copy');
  await asleep();
  t.deepEqual((await (await fetch(`${at.url}/ring/copies`)).json() as { byCopies: unknown }).byCopies, { '3': 1 });
  const starts = sleeper.starts();
  t.true(starts >= 2);

  // Between two processes nobody may listen for a moment.
  await until(async () => (await (await fetch(`${url}/files/for-all`)).text()) === 'three copies', 'a client to be answered');
  await until(async () => (await stateAt(at, sleeper.address)) === 'up', 'a client to wake it');
  await whole3(nodes);
  t.true(sleeper.starts() > starts);
});

testWith(['systemd-socket-activate'], 'A10 a lone node that wakes finds what it had', async (t) => {
  const args = ['--data', join(await aFolder(t), 'data'), '--idle-exit', '1s'];
  const first = await anActivation(t, { listen: ['127.0.0.1:PORT'], names: ['ring'], args });
  const [address] = first.addresses as [string];
  t.is((await fetch(`http://${address}/files/a`, { method: 'PUT', body: 'kept', headers: { connection: 'close' } })).status, 201);
  t.is((await first.node.ended).code, 0);
  t.regex(first.node.stdout, /nobody uses this node: it sleeps until somebody does/);
  await anActivation(t, { listen: [address], names: ['ring'], args });
  t.is(await (await fetch(`http://${address}/files/a`)).text(), 'kept');
});

testWith([], 'A10 a node that nobody would start again does not begin to sleep', async (t) => {
  const { code, stderr } = await start(t, 'ring-node', ['--listen', '127.0.0.1:0', '--data', await aFolder(t), '--idle-exit', '1m']).ended;
  t.is(code, 2);
  t.regex(stderr, /--idle-exit needs the ring's port from systemd \(FileDescriptorName=ring\)/);
});

async function whole3(nodes: readonly TestNode[]): Promise<void> {
  await until(async () => (await Promise.all(nodes.map((node) => node.ring()))).every(({ whole, nodes: all }: RingBody) => whole && all.every(({ state }) => state === 'up')), 'all three');
}
