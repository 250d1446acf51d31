import { readFileSync } from 'node:fs';
import type { ListBody } from '@coring/protocol';
import type { ExecutionContext } from 'ava';
import { aRing, type TestNode, until, whole } from './a-ring.js';
import { get, put, someBytes } from './files.js';

/** How much more memory the attacks of a test may leave a node with: caches warm up, and the collector takes its time. */
const GROWTH_BYTES_MAX = 60 * 1024 * 1024;

export interface GuardedRing {
  readonly nodes: readonly [TestNode, TestNode];
  readonly ringId: string;
  /** Asserts that the ring, its files and its processes are what they were. */
  unharmed(): Promise<void>;
}

/** Two nodes with some files, about to be attacked. */
export async function aGuardedRing(t: ExecutionContext, args: readonly string[] = []): Promise<GuardedRing> {
  const nodes = (await aRing(t, 2, args)) as [TestNode, TestNode];
  const files = new Map([['kept', Buffer.from('the old version')], ['deep/er/ü ö.bin', Buffer.from(someBytes(300_000))], ['empty', Buffer.alloc(0)]]);
  for (const [name, bytes] of files) await put(nodes[0], name, new Uint8Array(bytes));
  for (let round = 0; round < 100; round++) await Promise.all(nodes.map((node) => get(node, 'kept')));
  const { ringId, nodes: members } = await nodes[0].ring();
  const ids = members.map(({ nodeId }) => nodeId);
  const before = nodes.map(residentBytes);
  const listing = await listed(nodes[0]);
  return {
    nodes,
    ringId,
    async unharmed() {
      await whole(nodes);
      // A node that was said to leave is refuted at one node before the other.
      await until(async () => (await Promise.all(nodes.map((node) => node.ring()))).every((ring) => ring.nodes.every(({ state }) => state === 'up')), 'all to be up at all');
      for (const [i, node] of nodes.entries()) {
        const ring = await node.ring();
        t.is(ring.ringId, ringId);
        t.deepEqual(ring.nodes.map(({ nodeId }) => nodeId), ids);
        t.deepEqual(await listed(node), listing);
        for (const [name, bytes] of files) t.true(bytes.equals(Buffer.from((await get(node, name)).bytes)), name);
        t.is(node.stderr, '');
        t.true(node.isRunning);
        const growth = residentBytes(node) - before[i]!;
        t.true(growth < GROWTH_BYTES_MAX, `${node.address} grew by ${Math.round(growth / 1024)} KiB`);
      }
    },
  };
}

async function listed(node: TestNode): Promise<ListBody['files']> {
  return ((await (await fetch(`${node.url}/files/`)).json()) as ListBody).files;
}

/** Memory that a process holds; 0 where the system does not say. */
function residentBytes({ pid }: TestNode): number {
  if (process.platform !== 'linux') return 0;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
