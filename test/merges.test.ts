import type { MergesBody } from '@coring/protocol';
import test from 'ava';
import { run } from './a-command.js';
import { aRing, type TestNode, until, whole } from './a-ring.js';
import { get, put, sha256 } from './files.js';

test('R05 R06 two sides of a split write the same name: when they meet both versions are kept, and every node reports it, also after a restart', async (t) => {
  const nodes = await aRing(t, 3);
  const [a, b, c] = nodes as [TestNode, TestNode, TestNode];
  t.teardown(() => nodes.forEach((node) => node.signal('SIGCONT')));
  t.is((await put(a, 'notes', 'before')).status, 201);
  t.deepEqual((await report(a)).merges, []);

  // First the one side stands still, then the other.
  b.signal('SIGSTOP');
  c.signal('SIGSTOP');
  await downAt(a, [b, c]);
  const alone = await put(a, 'notes', 'written by one');
  t.is(alone.headers.get('coring-grade'), 'weak', alone.body);
  t.is((await put(a, 'other', 'only here')).headers.get('coring-grade'), 'weak');
  a.signal('SIGSTOP');
  b.signal('SIGCONT');
  c.signal('SIGCONT');
  await downAt(b, [a]);
  await downAt(c, [a]);
  const together = await strongPut(b, 'notes', 'written by two');
  a.signal('SIGCONT');
  await whole(nodes);

  await until(async () => (await get(c, 'notes')).headers.get('coring-conflicts') === '1', 'the branch to be merged');
  await until(async () => new Set((await report(a)).merges.map(({ name }) => name)).size === 2, 'both merges to be told');
  for (const node of nodes) {
    const { heals, merges, unanswered } = await report(node);
    t.deepEqual(unanswered, []);
    const notes = merges.find(({ name }) => name === 'notes')!;
    const versions = [notes.version, ...notes.conflicts.map(({ version }) => version)];
    t.deepEqual(versions.sort(), [alone, together].map(({ headers }) => headers.get('coring-version')!).sort());
    t.like(notes.conflicts[0], { kept: true });
    t.true([sha256('written by one'), sha256('written by two')].includes(notes.conflicts[0]!.digest));
    t.deepEqual(merges.find(({ name }) => name === 'other')?.conflicts, []);
    t.true(heals[0]!.sides.some((side) => side.missed.includes(a.nodeId) || side.nodes.includes(a.nodeId)), JSON.stringify(heals));
    t.deepEqual((await report(node, '?name=notes')).merges, [notes]);
  }

  const said = await run(t, 'webclient', ['merges', '-p', b.port]);
  t.deepEqual([said.code, said.stderr], [0, '']);
  t.regex(said.stdout, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}merged notes: \S+ keeps the name, beside it \S+ \(14 B, /m);
  t.regex(said.stdout, /merged other: nothing was lost\n/);
  t.regex(said.stdout, /met again: .* \| /);
  t.log(said.stdout);

  const [copy] = (await report(a)).merges.find(({ name }) => name === 'notes')!.conflicts;
  const content = copy!.digest === sha256('written by one') ? 'written by one' : 'written by two';
  const beside = await run(t, 'webclient', ['conflicts', 'notes', '-p', c.port]);
  t.regex(beside.stdout, /^\d+-[0-9a-f]{32} +has the name\n\d+-[0-9a-f]{32}  14 B  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  text\/plain;charset=UTF-8\n$/);
  t.is((await run(t, 'webclient', ['-get', 'notes', '--copy', copy!.version, '-o', '-', '-p', a.port])).stdout, content);
  const resolved = await run(t, 'webclient', ['resolve', 'notes', copy!.version.slice(0, 30), '-p', b.port]);
  t.deepEqual(resolved, { code: 0, stdout: `resolved notes: it is what ${copy!.version} was, nothing else is kept\n`, stderr: '' });
  for (const node of nodes) {
    const { bytes, headers } = await get(node, 'notes');
    t.is(Buffer.from(bytes).toString(), content);
    t.is(headers.get('coring-conflicts'), '0');
    t.false((await report(node)).merges.find(({ name }) => name === 'notes')!.conflicts[0]!.kept);
  }
  t.is((await run(t, 'webclient', ['list', '--conflicts', '-p', b.port])).stdout, '');
  t.is((await run(t, 'webclient', ['resolve', 'notes', '-p', b.port])).code, 1);

  const before = await report(a);
  await Promise.all(nodes.map((node) => node.kill('SIGTERM')));
  const back = [await a.again(t), await b.again(t), await c.again(t)];
  await whole(back);
  t.deepEqual((await report(back[2]!)).merges, before.merges);
  await back[0]!.kill();
  t.deepEqual((await report(back[1]!)).unanswered, [a.nodeId]);
});

async function report(node: TestNode, query = ''): Promise<MergesBody> {
  const answer = await fetch(`${node.url}/ring/merges${query}`, { signal: AbortSignal.timeout(20_000) });
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as MergesBody;
}

async function downAt(by: TestNode, those: readonly TestNode[]): Promise<void> {
  const ids = those.map(({ nodeId }) => nodeId);
  await until(async () => (await by.ring()).nodes.filter(({ nodeId, state }) => ids.includes(nodeId) && state === 'down').length === ids.length, 'who stands still to be down', 30_000);
}

/** Two that have just stood still themselves may need a moment to agree. */
async function strongPut(node: TestNode, name: string, content: string): ReturnType<typeof put> {
  let stored: Awaited<ReturnType<typeof put>> | undefined;
  await until(async () => {
    stored = await put(node, name, content, { 'coring-require': 'strong' });
    return stored.status === 200 || stored.status === 201;
  }, 'a strong write');
  return stored!;
}
