import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import test from 'ava';
import { aRing, type TestNode, until, whole } from './a-ring.js';
import { contentBlocks } from './content.js';
import { get, put, sha256, someBytes, urlOf } from './files.js';
import { type Client, someClients } from './load/clients.js';
import { NotServed, plainly, throughLibrary } from './load/ways.js';
import { missingAt } from './writers.js';

const NODES = 4;
/** While each node is away, and once more when it is back, so many requests are served to every client. */
const REQUESTS = 15;

test('O03 every node in turn is stopped and started again under load: no request fails, and nothing is lost', async (t) => {
  t.timeout(600_000);
  const nodes = await aRing(t, NODES);
  const staying = new Set(nodes);
  const running = (): typeof nodes => [...staying];
  let turns = 0;
  const next = (): (typeof nodes)[number] => running()[turns++ % staying.size]!;
  const clients = someClients(t, [...nodes.map(({ address }) => throughLibrary(address)), ...nodes.map(() => plainly(next))], running);
  await allServed(clients, REQUESTS);

  for (const [i, node] of nodes.entries()) {
    staying.delete(node);
    const beganMs = performance.now();
    node.signal('SIGTERM');
    t.deepEqual(await node.exited, { code: 0, signal: null });
    const stoppedMs = performance.now();
    await allServed(clients, REQUESTS);
    const servedMs = performance.now();
    nodes[i] = await node.again(t);
    const listeningMs = performance.now();
    await whole(nodes, 60_000);
    t.log(`${node.address}: stopped in ${ms(stoppedMs - beganMs)}, listening after ${ms(listeningMs - servedMs)}, the ring whole after ${ms(performance.now() - servedMs)}`);
    staying.add(nodes[i]);
    await allServed(clients, REQUESTS);
  }
  await Promise.all(clients.map((client) => client.stop()));

  t.log(`${sum(clients, ({ served }) => served)} requests served, ${sum(clients, ({ weak }) => weak)} of them weakly`);
  const [{ slowest }] = clients.toSorted((a, b) => b.slowest.ms - a.slowest.ms) as [Client];
  t.log(`the longest took ${ms(slowest.ms)}: ${slowest.what}`);
  t.deepEqual(clients.flatMap(({ wrong }) => wrong), []);
  const failures = clients.flatMap((client) => client.failures);
  t.deepEqual(failures.filter(({ error }) => !isSentAway(error)).map(({ what, error }) => `${what}: ${String(error)}`), []);
  t.log(`${failures.length} plain requests were sent away by a node that was about to stop`);
  const kept = clients.flatMap((client) => [...client.kept].map(([name, digest]) => [name, { digest, holders: [] }] as const));
  for (const node of nodes) t.deepEqual(await missingAt(node, kept), [], node.address);
});

test('O03 a file that is read slowly comes whole while each node that keeps it is restarted', async (t) => {
  t.timeout(300_000);
  const nodes = await aRing(t, NODES);
  const size = 64 * 2 ** 20;
  const bytes = Buffer.concat([...contentBlocks(size, 7)]);
  const { status, headers } = await put(nodes[0]!, 'large', bytes, { 'coring-require-copies': '3' }, 60_000);
  t.is(status, 201);
  const holders = headers.get('coring-nodes')!.split(', ');
  const reader = nodes.find(({ nodeId }) => !holders.includes(nodeId))!;

  const { body } = await fetch(urlOf(reader, 'large'));
  const hash = createHash('sha256');
  let read = 0;
  const chunks = body!.getReader();
  const readUpTo = async (end: number): Promise<void> => {
    while (read < end) {
      const { done, value } = await chunks.read();
      if (done) return;
      hash.update(value);
      read += value.length;
    }
  };
  for (const [i, nodeId] of holders.entries()) {
    await readUpTo(((i + 1) * size) / 8);
    const at = nodes.findIndex((node) => node.nodeId === nodeId);
    await nodes[at]!.kill('SIGTERM');
    nodes[at] = await nodes[at]!.again(t);
    await whole(nodes, 60_000);
  }
  await readUpTo(Infinity);
  t.is(read, size);
  t.is(hash.digest('hex'), sha256(bytes));
});

test('O03 a node that is stopped takes an upload that is under way to its end', async (t) => {
  const [node, other] = (await aRing(t, 2)) as [TestNode, TestNode];
  const bytes = someBytes(1_000_000);
  const upload = request(urlOf(node, 'a'), { method: 'PUT', headers: { 'content-length': bytes.length } });
  const answered = once(upload, 'response') as Promise<[IncomingMessage]>;
  upload.write(bytes.subarray(0, 600_000));
  await node.said(({ msg }) => String(msg).includes('FORWARD'), 'that it passes the upload on');
  node.signal('SIGTERM');
  await until(async () => (await fetch(`${node.url}/ring`)).status === 503, 'it to refuse what is new');
  upload.end(bytes.subarray(600_000));
  const [answer] = await answered;
  t.is(answer.statusCode, 201);
  t.is(answer.headers['coring-copies'], '2/2');
  t.is(answer.headers.connection, 'close');
  answer.resume();
  t.deepEqual(await node.exited, { code: 0, signal: null });
  t.is(sha256((await get(other, 'a')).bytes), sha256(bytes));
});

/** A plain request may have been on its way to a node when that began to stop: 503 is all that it can say. */
function isSentAway(error: unknown): boolean {
  return error instanceof NotServed && error.status === 503 && error.message.includes('stopping');
}

async function allServed(clients: readonly Client[], requests: number): Promise<void> {
  const goals = clients.map((client) => client.served + requests);
  await until(() => clients.every(({ served }, i) => served >= goals[i]!), `${requests} requests of each client to be served`, 60_000);
}

function sum(clients: readonly Client[], of: (client: Client) => number): number {
  return clients.reduce((total, client) => total + of(client), 0);
}

function ms(time: number): string {
  return `${time.toFixed(0)} ms`;
}
