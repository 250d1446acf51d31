import test from 'ava';
import { answerTo, askPut, contentOf, get, put, remove } from './a-client.js';
import { aSettledCluster, type Cluster } from './a-cluster.js';

test('an upload to a ring at rest takes one message to each other owner, and back', (t) => {
  const cluster = aSettledCluster(3);
  for (const [i, node] of [...cluster.nodes, ...cluster.nodes].entries()) {
    cluster.sent.length = 0;
    t.like(put(cluster, node, 'x', `content ${i}`), { type: 'stored', created: i === 0, receipt: { grade: 'strong', copies: 3 } });
    t.deepEqual(rounds(cluster), ['ACCEPT', 'ACCEPT', 'ACCEPTED', 'ACCEPTED']);
    cluster.runFor(100);
  }
});

test('a deletion and a conditional upload take one round at an owner', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes;
  put(cluster, a!, 'x', 'one');
  cluster.runFor(100);
  cluster.sent.length = 0;
  t.is(put(cluster, b!, 'x', 'two', { conditions: { ifMatch: '*' } }).type, 'stored');
  cluster.runFor(100);
  t.is(remove(cluster, c!, 'x').type, 'deleted');
  t.false(cluster.sent.some(({ message: { type } }) => type === 'PREPARE' || type === 'QUERY'));
  t.is(get(cluster, a!, 'x').type, 'absent');
});

test('a node that is no owner builds on a guess first, then on what the owners tell', (t) => {
  const cluster = aSettledCluster(4);
  put(cluster, cluster.nodes[0]!, 'x', 'one');
  cluster.runFor(100);
  const other = cluster.nodes.find((node) => cluster.registerOf(node, 'x')?.value === undefined)!;
  cluster.sent.length = 0;
  t.like(put(cluster, other, 'x', 'two'), { type: 'stored', created: false, receipt: { grade: 'strong', copies: 3 } });
  t.deepEqual(rounds(cluster), [...Array<string>(6).fill('ACCEPT'), ...Array<string>(6).fill('ACCEPTED')]);
});

test('rivals that collide both come through, one after the other', (t) => {
  const cluster = aSettledCluster(3);
  const refs = cluster.nodes.map((node, i) => ({ node, ref: askPut(cluster, node, 'x', `content ${i}`) }));
  for (const { node, ref } of refs) t.like(answerTo(cluster, node, ref), { type: 'stored', receipt: { grade: 'strong' } });
  cluster.runFor(2_000);
  t.is(new Set(cluster.nodes.map((node) => contentOf(get(cluster, node, 'x')))).size, 1);
});

test('an owner that is silent costs a second round, no more', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes;
  cluster.split([a!, b!], [c!]);
  t.like(put(cluster, a!, 'x', 'one'), { type: 'stored', receipt: { grade: 'strong', copies: 2 } });
  cluster.mend();
  t.is(contentOf(get(cluster, b!, 'x')), contentOf(get(cluster, a!, 'x')));
});

/** The messages about registers up to the one that settles it, by type in order of the alphabet. */
function rounds({ sent }: Cluster): string[] {
  const types = sent.map(({ message: { type } }) => type);
  return types.filter((type) => ['ACCEPT', 'ACCEPTED', 'PREPARE', 'PROMISE', 'QUERY', 'REGISTER', 'FORWARD', 'ANSWER'].includes(type)).sort();
}
