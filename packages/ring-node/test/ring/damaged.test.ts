import { formatStamp } from '@coring/protocol';
import test from 'ava';
import { as, contentOf, digestOf, get, put, remove } from './a-client.js';
import { aCluster } from './a-cluster.js';

test('a damaged copy counts no more, is told of once, and is fetched again', (t) => {
  const cluster = aCluster(3);
  cluster.until(() => cluster.isSettled(), 60_000);
  const [a, b] = cluster.nodes;
  const { version } = as('stored', put(cluster, a!, 'x', 'one', { requireCopies: 3 })).value;
  const damaged = { type: 'damaged', name: 'x', version } as const;
  cluster.input(b!, damaged);
  cluster.input(b!, damaged);
  t.deepEqual(cluster.eventsOf('damaged').map(({ node, event }) => [node, event]), [[b!, { ...damaged, version: formatStamp(version) }]]);
  t.deepEqual(b!.ring.files.cache.get('x')!.kept, []);
  t.true(cluster.until(() => cluster.eventsOf('copied').some(({ node }) => node === b), 20_000));
  t.is(as('found', get(cluster, b!, 'x')).from?.nodeId, b!.nodeId);
});

test('a name that is not in memory is read first', (t) => {
  const cluster = aCluster(2);
  const [a] = cluster.nodes;
  const { version } = as('stored', put(cluster, a!, 'x', 'one')).value;
  cluster.runFor(5_000);
  a!.ring.files.cache.delete('x');
  cluster.input(a!, { type: 'damaged', name: 'x', version });
  t.true(cluster.until(() => cluster.eventsOf('damaged').length === 1, 1_000));
});

test('alone, damaged bytes are not given, stay on the disk, and a new upload takes their place', (t) => {
  const cluster = aCluster(1);
  const [node] = cluster.nodes;
  const { version } = as('stored', put(cluster, node!, 'x', 'one')).value;
  cluster.input(node!, { type: 'damaged', name: 'x', version });
  t.like(get(cluster, node!, 'x'), { type: 'failed', code: 'unavailable' });
  cluster.runFor(10_000);
  t.deepEqual([...node!.disk.kept.values()].map((bytes) => bytes.version), [version]);
  put(cluster, node!, 'x', 'two');
  t.is(contentOf(get(cluster, node!, 'x')), digestOf('two'));
});

test('damaged bytes go from the disk with what they were of', (t) => {
  const cluster = aCluster(1);
  const [node] = cluster.nodes;
  for (const name of ['x', 'y']) {
    const { version } = as('stored', put(cluster, node!, name, 'one')).value;
    cluster.input(node!, { type: 'damaged', name, version });
  }
  const { version } = as('stored', put(cluster, node!, 'x', 'two')).value;
  as('deleted', remove(cluster, node!, 'y'));
  cluster.runFor(60_000);
  t.deepEqual([...node!.disk.kept.values()].map((bytes) => bytes.version), [version]);
});
