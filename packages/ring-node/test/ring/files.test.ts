import test from 'ava';
import { as, askDelete, askGet, askList, askPut, answerTo, contentOf, digestOf, get, list, put, remove } from './a-client.js';
import { aSettledCluster } from './a-cluster.js';

test('R12 what is put on any node is got on every node, from itself or by one FORWARD', (t) => {
  const cluster = aSettledCluster(5);
  for (const node of cluster.nodes) {
    const name = `of-${node.index}.txt`;
    const content = `content ${node.index}`.padEnd(70_000);
    const stored = as('stored', put(cluster, node, name, content));
    t.like(stored, { created: true, enough: true, receipt: { grade: 'strong', copies: 3, wanted: 3, hops: 0 } });
    for (const reader of cluster.nodes) {
      const found = as('found', get(cluster, reader, name));
      t.is(found.value.digest, digestOf(content));
      t.is(found.receipt.grade, 'strong');
      t.is(found.receipt.hops, found.from!.nodeId === reader.nodeId ? 0 : 1);
      t.true(cluster.nodes.find(({ nodeId }) => nodeId === found.from!.nodeId)!.disk.kept.size > 0);
    }
  }
  t.true(cluster.eventsOf('forward').some(({ event }) => event.forward.op === 'GET'));
  t.deepEqual(cluster.faults(), []);
});

test('a small file is read at a node that is no owner in one round, and leaves nothing behind', (t) => {
  const cluster = aSettledCluster(5);
  put(cluster, cluster.nodes[0]!, 'x', 'content');
  const reader = cluster.nodes.find((node) => cluster.registerOf(node, 'x')?.value === undefined)!;
  cluster.runFor(1_000);
  cluster.sent.length = 0;
  const { from } = as('found', get(cluster, reader, 'x'));
  t.not(from!.nodeId, reader.nodeId);
  const types = cluster.sent.map(({ message: { type } }) => type);
  t.deepEqual(types.filter((type) => type === 'QUERY' || type === 'FORWARD'), ['QUERY', 'QUERY']);
  t.is(cluster.sent.filter(({ message }) => message.type === 'QUERY' && message.wantsBytes === true).length, 1);
  t.deepEqual(reader.given, [{ digest: digestOf('content'), size: 7 }]);
  cluster.runFor(1_000);
  t.is(reader.disk.staged.size, 0);
});

test('a voter asks one of three for a read, and the third where that one is silent', (t) => {
  const cluster = aSettledCluster(3);
  const [a, ...others] = cluster.nodes;
  put(cluster, a!, 'x', 'content');
  cluster.runFor(1_000);
  const asked = (): string[] => cluster.sent.flatMap(({ message: { type, to } }) => (type === 'QUERY' ? [to!] : []));
  cluster.sent.length = 0;
  as('found', get(cluster, a!, 'x'));
  const [first] = asked();
  t.is(asked().length, 1);
  cluster.pause(others.find(({ nodeId }) => nodeId === first)!, 2_000);
  cluster.sent.length = 0;
  const beganMs = cluster.nowMs;
  as('found', get(cluster, a!, 'x'));
  t.true(cluster.nowMs - beganMs < 200, `${cluster.nowMs - beganMs}`);
  t.deepEqual(asked().sort(), others.map(({ nodeId }) => nodeId).sort());
});

test('who has the bytes of the current version already asks for them nowhere', (t) => {
  const cluster = aSettledCluster(5);
  const { version } = as('stored', put(cluster, cluster.nodes[0]!, 'x', 'content')).value;
  const reader = cluster.nodes.find((node) => cluster.registerOf(node, 'x')?.value === undefined)!;
  cluster.sent.length = 0;
  t.is(as('found', get(cluster, reader, 'x', { knows: version })).from, undefined);
  put(cluster, cluster.nodes[0]!, 'x', 'new content');
  t.truthy(as('found', get(cluster, reader, 'x', { knows: version })).from);
  t.false(cluster.sent.some(({ message }) => message.type === 'QUERY' && message.wantsBytes === true));
});

test('R12 a miss is absent, graded strong, and remembered nowhere', (t) => {
  const cluster = aSettledCluster(3);
  for (const node of cluster.nodes) t.is(as('absent', get(cluster, node, 'nothing.txt')).receipt.grade, 'strong');
  t.is(remove(cluster, cluster.nodes[0]!, 'nothing.txt').type, 'absent');
  cluster.runFor(5_000);
  for (const { disk } of cluster.nodes) t.false(disk.registers.has('nothing.txt'));
});

test('a file that was deleted is absent on every node, and comes back only by a PUT', (t) => {
  const cluster = aSettledCluster(4);
  const [a, b, , d] = cluster.nodes;
  put(cluster, a!, 'x', 'one');
  t.like(remove(cluster, b!, 'x'), { type: 'deleted', receipt: { grade: 'strong' } });
  for (const node of cluster.nodes) t.is(get(cluster, node, 'x').type, 'absent');
  t.is(remove(cluster, b!, 'x').type, 'absent');
  t.true(as('stored', put(cluster, d!, 'x', 'two')).created);
  t.is(contentOf(get(cluster, a!, 'x')), digestOf('two'));
});

test('R14 PUTs of one name at all nodes at once converge to one version everywhere, and each is acknowledged', (t) => {
  const cluster = aSettledCluster(3);
  for (let round = 0; round < 5; round++) {
    const asked = cluster.nodes.map((node) => ({ node, ref: askPut(cluster, node, 'x', `round ${round} at ${node.index}`) }));
    for (const { node, ref } of asked) t.is(answerTo(cluster, node, ref).type, 'stored');
    const contents = new Set(cluster.nodes.map((node) => contentOf(get(cluster, node, 'x'))));
    t.is(contents.size, 1);
  }
  cluster.runFor(3_000);
  t.is(new Set(cluster.nodes.map((node) => JSON.stringify(cluster.registerOf(node, 'x')!.value))).size, 1);
  // What was replaced is gone: one content on each disk.
  for (const { disk } of cluster.nodes) t.is(disk.kept.size, 1);
  // What was fetched in vain goes some minutes later.
  cluster.runFor(11 * 60_000);
  for (const { disk } of cluster.nodes) t.is(disk.staged.size, 0);
});

test('F06 of many creations with If-None-Match at once exactly one succeeds', (t) => {
  const cluster = aSettledCluster(5);
  const asked = cluster.nodes.map((node) => ({ node, ref: askPut(cluster, node, 'lock', `mine ${node.index}`, { conditions: { ifNoneMatch: '*' } }) }));
  const answers = asked.map(({ node, ref }) => answerTo(cluster, node, ref));
  t.is(answers.filter(({ type }) => type === 'stored').length, 1);
  t.is(answers.filter((answer) => answer.type === 'failed' && answer.code === 'precondition-failed').length, 4);
});

test('F06 If-Match lets one of two writers through and tells the other', (t) => {
  const cluster = aSettledCluster(3);
  put(cluster, cluster.nodes[0]!, 'x', 'one');
  const wishes = { conditions: { ifMatch: [digestOf('one')] } };
  const asked = cluster.nodes.slice(0, 2).map((node) => ({ node, ref: askPut(cluster, node, 'x', `two ${node.index}`, wishes) }));
  const types = asked.map(({ node, ref }) => answerTo(cluster, node, ref).type).sort();
  t.deepEqual(types, ['failed', 'stored']);
  t.like(remove(cluster, cluster.nodes[2]!, 'x', wishes), { type: 'failed', code: 'precondition-failed' });
});

test('a request that is repeated with its id at another node is done once', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b] = cluster.nodes;
  const first = as('stored', put(cluster, a!, 'x', 'one', { opId: 'the-id' }));
  put(cluster, b!, 'x', 'two');
  const again = as('stored', put(cluster, b!, 'x', 'one', { opId: 'the-id' }));
  t.deepEqual(again.value.version, first.value.version);
  t.is(contentOf(get(cluster, a!, 'x')), digestOf('two'));
});

test('an upload that is repeated with its id after somebody has deleted the file was done, and is not done again', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b] = cluster.nodes;
  const first = as('stored', put(cluster, a!, 'x', 'one', { opId: 'the-id' }));
  remove(cluster, b!, 'x');
  const again = as('stored', put(cluster, b!, 'x', 'one', { opId: 'the-id' }));
  t.deepEqual(again.value.version, first.value.version);
  t.is(get(cluster, a!, 'x').type, 'absent');
});

test('of a name that many overwrite at once every upload is told to be strong, though so many others come before its node hears of that', (t) => {
  const cluster = aSettledCluster(5, { seed: 3 });
  const asked = Array.from({ length: 600 }, (_, i) => {
    if (i % 6 === 0) cluster.runFor((i * 7) % 30);
    const node = cluster.nodes[(i * i) % 5]!;
    return { node, ref: askPut(cluster, node, 'x', `content ${i}`, { requireStrong: true }) };
  });
  cluster.runFor(8_000);
  const told = new Set(asked.map(({ node, ref }) => node.answers.get(ref)?.type));
  t.deepEqual([...told], ['stored']);
});

test('F07 an upload whose client goes away before anything was sent leaves nothing', (t) => {
  const cluster = aSettledCluster(3);
  const [a] = cluster.nodes;
  const ref = askPut(cluster, a!, 'x', 'one');
  cluster.input(a!, { type: 'cancel', ref });
  cluster.runFor(2_000);
  t.false(a!.answers.has(ref));
  t.is(get(cluster, a!, 'x').type, 'absent');
  t.is(a!.disk.staged.size, 0);
});

test('F12 the receipt counts durable copies; a client may wait for more than come and is told so', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes;
  t.like(put(cluster, a!, 'x', 'one', { requireCopies: 3 }), { enough: true, receipt: { copies: 3, wanted: 3 } });
  cluster.crash(c!);
  cluster.until(() => a!.ring.membership.unreachable.has(c!.nodeId) || a!.ring.membership.roster.get(c!.nodeId)?.state === 'down', 20_000);
  t.like(put(cluster, b!, 'x', 'two'), { enough: true, receipt: { grade: 'strong', copies: 2, wanted: 3 } });
  const startedMs = cluster.nowMs;
  t.like(put(cluster, b!, 'x', 'three', { requireCopies: 3, deadlineMs: 2_000 }), { type: 'stored', enough: false, receipt: { copies: 2, wanted: 3 } });
  t.true(cluster.nowMs - startedMs <= 2_000);
});

test('readers of one name that come together share a round', (t) => {
  const cluster = aSettledCluster(3);
  const [a] = cluster.nodes;
  put(cluster, a!, 'x', 'one');
  cluster.runFor(1_000);
  cluster.sent.length = 0;
  const refs = Array.from({ length: 100 }, () => askGet(cluster, a!, 'x'));
  for (const ref of refs) t.is(contentOf(answerTo(cluster, a!, ref)), digestOf('one'));
  t.true(cluster.sent.filter(({ message }) => message.type === 'QUERY').length <= 4);
});

test('a listing does not wait for a node that has said that it goes', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, goes] = cluster.nodes;
  put(cluster, b!, 'x', 'content');
  cluster.cut(a!, goes!);
  const beganMs = cluster.nowMs;
  const ref = askList(cluster, a!);
  cluster.runFor(50);
  t.false(a!.answers.has(ref));
  cluster.input(goes!, { type: 'leave', mode: 'away' });
  const listed = as('listed', answerTo(cluster, a!, ref));
  t.deepEqual(listed.files.map(({ name }) => name), ['x']);
  t.like(listed, { grade: 'strong', partial: false });
  t.true(cluster.nowMs - beganMs < 300, `${cluster.nowMs - beganMs}`);
});

test('a listing is sorted, paged, without what was deleted, and the same on every node', (t) => {
  const cluster = aSettledCluster(4);
  const names = ['ä/b', 'a', 'a/1', 'a/2', 'b', '\u{1f600}', '～'];
  for (const [i, name] of names.entries()) put(cluster, cluster.nodes[i % 4]!, name, `content ${i}`);
  remove(cluster, cluster.nodes[0]!, 'b');
  const whole = ['a', 'a/1', 'a/2', 'ä/b', '～', '\u{1f600}'];
  for (const node of cluster.nodes) {
    const listed = as('listed', list(cluster, node));
    t.deepEqual(listed.files.map(({ name }) => name), whole);
    t.like(listed, { grade: 'strong', partial: false });
    t.deepEqual(as('listed', list(cluster, node, 'a/')).files.map(({ name }) => name), ['a/1', 'a/2']);
    const paged: string[] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page: ReturnType<typeof list> = list(cluster, node, '', after, 2);
      const { files, next } = as('listed', page);
      paged.push(...files.map(({ name }) => name));
      after = next;
    }
    t.deepEqual(paged, whole);
  }
});

test('a deletion and a PUT at once leave one outcome everywhere', (t) => {
  const cluster = aSettledCluster(3);
  const [a, b, c] = cluster.nodes;
  put(cluster, a!, 'x', 'one');
  const deletion = askDelete(cluster, b!, 'x');
  const write = askPut(cluster, c!, 'x', 'two');
  answerTo(cluster, b!, deletion);
  answerTo(cluster, c!, write);
  t.is(new Set(cluster.nodes.map((node) => contentOf(get(cluster, node, 'x')))).size, 1);
});

test('a node alone serves strongly what it has', (t) => {
  const cluster = aSettledCluster(1);
  const [a] = cluster.nodes;
  t.like(put(cluster, a!, 'x', 'one'), { type: 'stored', receipt: { grade: 'strong', copies: 1, wanted: 1 } });
  t.like(get(cluster, a!, 'x'), { type: 'found', receipt: { grade: 'strong' } });
  cluster.restart(a!);
  cluster.runFor(2_000);
  t.is(contentOf(get(cluster, a!, 'x')), digestOf('one'));
});
