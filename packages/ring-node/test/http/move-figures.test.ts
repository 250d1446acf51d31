import type { Movement } from '@coring/protocol';
import test from 'ava';
import { ringBody } from '../../src/ring/index.js';
import { aGrowingCluster } from '../ring/a-growing-cluster.js';
import { selfId } from './a-fake-node.js';
import { aServer } from './a-server.js';

test('the metrics of a move are what /ring says of it; where nothing can be said of its time there is none, and without a move it is 0', async (t) => {
  const { url, node } = await aServer(t);
  const ring = node.ring();
  const figuresOf = async (movement: Movement | undefined): Promise<Record<string, number>> => {
    node.ring = () => ({ ...ring, nodes: ring.nodes.map((one) => (one.nodeId === selfId && movement !== undefined ? { ...one, movement } : one)) });
    const text = await (await fetch(`${url}/metrics`)).text();
    return Object.fromEntries([...text.matchAll(/^coring_move_(\w+) (\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]));
  };
  t.deepEqual(await figuresOf(undefined), { buckets_left: 0, bytes_left: 0, bytes_per_second: 0, seconds_left: 0 });
  const { cluster, joiner } = aGrowingCluster({ moveRate: 100 }, { count: 200 });
  const told = new Set<number | undefined>();
  for (let looks = 0; looks < 12; looks++) {
    cluster.runFor(2_000);
    if (joiner.ring.self.phase !== 'in') continue;
    const { movement } = ringBody(joiner.ring, { version: '0', uptimeMs: 0 }).nodes.find(({ nodeId }) => nodeId === joiner.nodeId)!;
    if (movement === undefined) continue;
    const { bucketsDone, bucketsTotal, bytesLeft, bytesPerSecond, secondsLeft } = movement;
    told.add(secondsLeft);
    const seconds = secondsLeft === undefined ? {} : { seconds_left: secondsLeft };
    t.deepEqual(await figuresOf(movement), { buckets_left: bucketsTotal - bucketsDone, bytes_left: bytesLeft, bytes_per_second: bytesPerSecond, ...seconds });
  }
  t.true(told.has(undefined) && told.size > 3);
});
