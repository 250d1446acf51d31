import type { ExecutionContext } from 'ava';
import { type TestNode, until, whole } from '../a-ring.js';
import { missingAt } from '../writers.js';
import { type Client, someClients } from './clients.js';
import { plainly, throughLibrary } from './ways.js';

/** While each node is away, and once more when it is back, so many requests are served to every client. */
const REQUESTS = 15;

/**
 * Each node in turn is stopped and started again while clients put, read, delete and list, through the library at whichever node it tries, and plainly
 * at the nodes that stay. No request fails, each answer is what it must be, and in the end everything is there at every node. The nodes in the array
 * give way to those that were started.
 */
export async function restartedInTurn(t: ExecutionContext, nodes: TestNode[], again: (node: TestNode) => Promise<TestNode>): Promise<void> {
  const staying = new Set(nodes);
  const running = (): TestNode[] => [...staying];
  let turns = 0;
  const next = (): TestNode => running()[turns++ % staying.size]!;
  const ways = [...nodes.map(({ address }) => throughLibrary(address)), ...nodes.map(() => plainly(next))];
  const clients = someClients(t, ways, running);
  const plain = clients.slice(nodes.length);
  await allServed(clients, REQUESTS);

  for (const [i, node] of nodes.entries()) {
    staying.delete(node);
    // Plain requests go to the nodes that stay: those on their way to this one end first.
    await allServed(plain, 1);
    const beganMs = performance.now();
    node.signal('SIGTERM');
    t.deepEqual(await node.exited, { code: 0, signal: null });
    const stoppedMs = performance.now();
    await allServed(clients, REQUESTS);
    const servedMs = performance.now();
    nodes[i] = await again(node);
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
  t.deepEqual(clients.flatMap(({ failures }) => failures.map(({ what, error }) => `${what}: ${String(error)}`)), []);
  const kept = clients.flatMap((client) => [...client.kept].map(([name, digest]) => [name, { digest, holders: [] }] as const));
  for (const node of nodes) t.deepEqual(await missingAt(node, kept), [], node.address);
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
