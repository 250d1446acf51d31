import test from 'ava';
import { answerTo, as, askGet, askPut, contentOf, digestOf, get, keepBesideADeletion, put } from './a-client.js';
import { aSettledCluster, type Cluster, type ClusterNode } from './a-cluster.js';

/** Too large to go with messages. */
const large = (what: string): string => what.padEnd(70_000, '.');
const bytesOf = (content: string): { digest: string; size: number } => ({ digest: digestOf(content), size: content.length });

test('a large upload goes to the owners while it comes in, and is theirs as soon as it is complete', (t) => {
  const cluster = aSettledCluster(3);
  const [a] = cluster.nodes;
  const content = large('new');
  cluster.sent.length = 0;
  const token = cluster.beginUpload(a!, 'x');
  cluster.runFor(2_000);
  t.is(typesOf(cluster).filter((type) => type === 'FORWARD').length, 2);
  t.false(typesOf(cluster).includes('PREPARE'), 'no promise is asked for before it is complete');
  cluster.endUpload(a!, token, bytesOf(content));
  cluster.runFor(10);
  const ref = askPut(cluster, a!, 'x', content, { token });
  t.like(answerTo(cluster, a!, ref), { type: 'stored', created: true, receipt: { grade: 'strong', copies: 3 } });
  t.is(typesOf(cluster).filter((type) => type === 'FORWARD').length, 2, 'nobody is offered the bytes twice');
  t.deepEqual(leftOver(cluster), []);
});

for (const isWhole of [false, true]) {
  test(`an upload that comes to nothing ${isWhole ? 'when all of it was there' : 'amid its body'} is let go of by all`, (t) => {
    const cluster = aSettledCluster(3);
    const [a, , c] = cluster.nodes;
    const token = cluster.beginUpload(a!, 'x', 70_000);
    cluster.runFor(50);
    if (isWhole) cluster.endUpload(a!, token, bytesOf(large('new')));
    cluster.runFor(50);
    t.is(cluster.nodes.filter((node) => node !== a).filter(holdsSomething).length, 2);
    a!.disk.staged.clear();
    cluster.input(a!, { type: 'given-up', name: 'x', token });
    cluster.endUpload(a!, token);
    cluster.runFor(50);
    t.deepEqual(leftOver(cluster), []);
    t.is(get(cluster, c!, 'x').type, 'absent');
  });
}

test('an upload that is refused is let go of by all', (t) => {
  const cluster = aSettledCluster(3);
  const [a] = cluster.nodes;
  put(cluster, a!, 'x', 'old');
  const content = large('new');
  const token = cluster.beginUpload(a!, 'x');
  cluster.endUpload(a!, token, bytesOf(content));
  cluster.runFor(50);
  t.like(answerTo(cluster, a!, askPut(cluster, a!, 'x', content, { token, conditions: { ifNoneMatch: '*' } })), { type: 'failed', code: 'precondition-failed' });
  cluster.runFor(50);
  t.deepEqual(leftOver(cluster), []);
});

test('who reads a name that is only coming in gets the whole of it when it is there', (t) => {
  const cluster = aSettledCluster(4);
  const content = large('new');
  const [a] = cluster.nodes;
  const token = cluster.beginUpload(a!, 'x');
  cluster.runFor(50);
  const reading = cluster.nodes.map((node) => ({ node, ref: askGet(cluster, node, 'x', { deadlineMs: 10_000 }) }));
  cluster.runFor(3_000);
  for (const { node, ref } of reading) t.false(node.answers.has(ref));
  cluster.endUpload(a!, token, bytesOf(content));
  t.is(answerTo(cluster, a!, askPut(cluster, a!, 'x', content, { token })).type, 'stored');
  for (const { node, ref } of reading) t.is(contentOf(answerTo(cluster, node, ref)), digestOf(content));
});

test('who reads waits for an upload no longer than its own time, nor for one that was given up, nor where something is there', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes;
  put(cluster, a!, 'there', 'old');
  cluster.beginUpload(a!, 'there');
  const token = cluster.beginUpload(a!, 'x');
  cluster.runFor(50);
  t.is(contentOf(get(cluster, c!, 'there')), digestOf('old'));
  const began = cluster.nowMs;
  t.like(get(cluster, c!, 'x', { deadlineMs: 2_000 }), { type: 'absent', receipt: { grade: 'strong' } });
  t.true(cluster.nowMs - began >= 1_000);
  const ref = askGet(cluster, b!, 'x', { deadlineMs: 10_000 });
  cluster.runFor(500);
  t.false(b!.answers.has(ref));
  cluster.input(a!, { type: 'given-up', name: 'x', token });
  cluster.runFor(500);
  t.is(b!.answers.get(ref)?.type, 'absent');
});

test('who asks for what is kept beside a deletion does not wait for an upload, and is told of it', (t) => {
  const cluster = aSettledCluster(3);
  const [a, , c] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  const version = keepBesideADeletion(cluster);
  cluster.beginUpload(a, 'x');
  cluster.runFor(50);
  t.is(contentOf(get(cluster, c, 'x', { version })), digestOf('mine'));
  t.deepEqual(as('absent', get(cluster, c, 'x', { headOnly: true })).value?.conflicts.map(({ digest }) => digest), [digestOf('mine')]);
});

test('an owner that dies while an upload comes in does not hold it up, and has it when it is back', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b] = cluster.nodes;
  const content = large('new');
  const token = cluster.beginUpload(a!, 'x');
  cluster.runFor(50);
  cluster.crash(b!);
  cluster.runFor(50);
  cluster.endUpload(a!, token, bytesOf(content));
  t.like(answerTo(cluster, a!, askPut(cluster, a!, 'x', content, { token })), { type: 'stored', receipt: { grade: 'strong', copies: 2 } });
  cluster.start(b!);
  t.true(cluster.until(() => [...b!.disk.kept.values()].some(({ digest }) => digest === digestOf(content)), 60_000));
  t.true(cluster.until(() => leftOver(cluster).length === 0, 60_000));
});

test('nothing is left of an upload whose node dies', (t) => {
  const cluster = aSettledCluster(3);
  const [a, , c] = cluster.nodes;
  cluster.beginUpload(a!, 'x');
  cluster.runFor(50);
  cluster.crash(a!);
  cluster.runFor(100);
  t.deepEqual(leftOver(cluster), []);
  t.is(get(cluster, c!, 'x').type, 'absent');
});

function typesOf({ sent }: Cluster): string[] {
  return sent.map(({ message: { type } }) => type);
}

/** What any running node has of uploads that are no version. */
function leftOver({ running }: Cluster): string[] {
  return running.filter(holdsSomething).map(({ index, ring: { files }, disk }) => `node ${index}: ${files.uploads.size} uploads, ${files.fetches.size} fetches, ${files.staged.size} and ${disk.staged.size} staged`);
}

function holdsSomething({ ring: { files }, disk }: ClusterNode): boolean {
  return files.uploads.size + files.fetches.size + files.staged.size + disk.staged.size > 0;
}
