import test from 'ava';
import { readHere } from '../../src/ring/index.js';
import { as, askPut, digestOf, get, put, remove } from './a-client.js';
import { aCluster } from './a-cluster.js';

test('alone, a read needs no round: it says what a request would have been answered', (t) => {
  const cluster = aCluster(1);
  const [node] = cluster.nodes;
  t.is(readHere(node!.ring, 'x'), undefined);
  for (const content of ['one', 'two']) {
    put(cluster, node!, 'x', content);
    const found = readHere(node!.ring, 'x');
    t.is(found?.value.digest, digestOf(content));
    t.deepEqual(found, as('found', get(cluster, node!, 'x')));
  }
});

test('what is not there, deleted, or not in memory is for a request', (t) => {
  const cluster = aCluster(1);
  const [node] = cluster.nodes;
  put(cluster, node!, 'x', 'one');
  put(cluster, node!, 'y', 'one');
  remove(cluster, node!, 'x');
  t.is(readHere(node!.ring, 'x'), undefined);
  node!.ring.files.cache.delete('y');
  t.is(readHere(node!.ring, 'y'), undefined);
  get(cluster, node!, 'y');
  t.truthy(readHere(node!.ring, 'y'));
});

test('a name with an operation under way is for a request', (t) => {
  const cluster = aCluster(1);
  const [node] = cluster.nodes;
  put(cluster, node!, 'x', 'one');
  node!.ring.files.queues.set('x', ['op']);
  t.is(readHere(node!.ring, 'x'), undefined);
});

test('what this node cannot decide alone is for a request: a branch, a version of unknown fate, a copy, a fast acceptance of an older epoch, missing bytes', (t) => {
  const cluster = aCluster(1);
  const [node] = cluster.nodes;
  put(cluster, node!, 'x', 'one');
  const entry = node!.ring.files.cache.get('x')!;
  const { value } = entry.register;
  const changes: (() => void)[] = [
    () => (entry.register.branches = [value!]),
    () => (entry.register.branches = []),
    () => (entry.register.mine = value!),
    () => delete entry.register.mine,
    () => Object.assign(entry.register, { copied: true, committed: {} }),
    () => (entry.register.copied = false),
    () => (entry.register.fast = { epoch: node!.ring.placement.newest - 1, count: 1 }),
    () => delete entry.register.fast,
    () => (entry.kept = []),
  ];
  for (const [i, change] of changes.entries()) {
    change();
    t.is(readHere(node!.ring, 'x') === undefined, i % 2 === 0, String(change));
  }
});

test('with another member nothing is read without a round, also while it is away', (t) => {
  const cluster = aCluster(2);
  cluster.until(() => cluster.nodes.every(({ ring }) => ring.placement.newest > 1), 60_000);
  const [a, b] = cluster.nodes;
  put(cluster, a!, 'x', 'one');
  for (const node of cluster.nodes) t.is(readHere(node.ring, 'x'), undefined);
  cluster.crash(b!);
  cluster.runFor(20_000);
  t.is(readHere(a!.ring, 'x'), undefined);
  askPut(cluster, a!, 'x', 'two');
  cluster.runFor(20_000);
  t.is(readHere(a!.ring, 'x'), undefined);
});
