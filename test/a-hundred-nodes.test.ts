import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningNode, startNode } from '@coring/ring-node';
import test from 'ava';
import { aFolder, aNode, until } from './a-ring.js';
import { get, put, someBytes } from './files.js';

const NODES = 100;
/** So many start at a time, each at one that is in already. */
const JOINING = 25;
const FILES = 20;

test(`R20 a ring of ${NODES} forms, is whole, takes and gives files at any node, and notices a kill`, async (t) => {
  t.timeout(300_000);
  const folder = await aFolder(t);
  const nodes: RunningNode[] = [];
  t.teardown(() => Promise.all(nodes.map((node) => node.stop())));
  const start = async (i: number, peer?: string): Promise<void> => {
    const data = join(folder, String(i));
    await mkdir(data);
    // All of them share one process: it may be too busy to take a newcomer in within the usual time.
    nodes.push(await startNode({ listen: '127.0.0.1:0', data, wait: true, ...(peer === undefined ? {} : { join: peer }) }));
  };
  const began = performance.now();
  await start(0);
  // One has a process of its own, to be killed.
  const mortal = await aNode(t, { join: nodes[0]!, args: ['--wait'] });
  while (nodes.length < NODES - 1) {
    const among = nodes.length;
    const count = Math.min(JOINING, NODES - 1 - among);
    await Promise.all(Array.from({ length: count }, (_, i) => start(among + i, nodes[(i * 7) % among]!.address)));
  }
  const isWhole = (node: RunningNode): boolean => {
    const { nodes: members, whole, members: owners, oldestEpoch, epoch } = node.ring();
    return whole && members.length === NODES && owners.length === NODES && oldestEpoch === epoch;
  };
  await until(() => nodes.every(isWhole), `a whole ring of ${NODES}`, 180_000);
  t.log(`whole after ${seconds(began)}`);
  t.is(new Set(nodes.map((node) => node.ring().nodes.map(({ nodeId }) => nodeId).join())).size, 1);

  for (let i = 0; i < FILES; i++) {
    const bytes = someBytes(1_000 * i);
    const [writer, reader] = [nodes[(i * 31) % nodes.length]!, nodes[(i * 57 + 5) % nodes.length]!];
    const stored = await put(writer, `f${i}`, bytes);
    t.is(stored.status, 201, stored.body);
    t.is(stored.headers.get('coring-grade'), 'strong');
    t.deepEqual((await get(reader, `f${i}`)).bytes, bytes);
    t.deepEqual((await get(mortal, `f${i}`)).bytes, bytes);
  }

  await mortal.kill();
  const killed = performance.now();
  const down = (node: RunningNode): string => node.ring().nodes.filter(({ state }) => state !== 'up').map(({ nodeId }) => nodeId).join();
  await until(() => nodes.some((node) => down(node) === mortal.nodeId), 'the first to know of the death', 60_000);
  t.log(`its death is known after ${seconds(killed)}`);
  await until(() => nodes.every((node) => down(node) === mortal.nodeId), 'everybody to know of the death, and of no other', 60_000);
  t.log(`everywhere after ${seconds(killed)}`);
  for (let i = 0; i < FILES; i++) t.is((await get(nodes[(i * 13) % nodes.length]!, `f${i}`)).bytes.length, 1_000 * i);
});

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}
