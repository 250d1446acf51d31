import { type CanStopBody, type CensusBody, formatStamp, ringBodySchema, type Stamp } from '@coring/protocol';
import test from 'ava';
import type { ListedName } from '../../src/ring/index.js';
import { aConflict, otherId, selfId } from './a-fake-node.js';
import { aServer, codeOf } from './a-server.js';

test('O01 /ring shows the ring as the node sees it', async (t) => {
  const { url, node } = await aServer(t);
  const body = (await (await fetch(`${url}/ring`)).json()) as Record<string, unknown>;
  t.deepEqual(body, JSON.parse(JSON.stringify(node.ring())) as Record<string, unknown>);
  for (const required of ringBodySchema.required) t.true(required in body, required);
});

test('O05 reading all copies is begun by POST, and GET tells how far it is', async (t) => {
  const { url, node } = await aServer(t);
  t.like(await (await fetch(`${url}/ring/scrub`)).json(), { state: 'idle' });
  const begun = await fetch(`${url}/ring/scrub`, { method: 'POST' });
  t.is(begun.status, 202);
  t.like(await begun.json(), { state: 'running' });
  t.is(node.scrubs, 1);
});

test('O03 whether a node can be stopped: not where the only copies are, nor where a majority would be gone', async (t) => {
  const { url, node } = await aServer(t);
  const canStop = async (nodeId: string): Promise<unknown> => (await fetch(`${url}/ring/can-stop?node=${nodeId}`)).json();
  t.deepEqual(await canStop(otherId), { nodeId: otherId, canStop: false, risks: ['no-majority'], onlyCopies: 0, names: [] });
  for (let i = 0; i < 101; i++) node.keep(`file-${i}`, Buffer.from('content'));
  t.like(await canStop(selfId), { canStop: false, risks: ['only-copies', 'no-majority'], onlyCopies: 101 });
  t.is(((await canStop(selfId)) as { names: string[] }).names.length, 100);
  t.is((await fetch(`${url}/ring/can-stop`)).status, 400);
});

test('O03 what only one node keeps is named by what each says that it keeps: current bytes, and conflict copies beside them', async (t) => {
  const { url, node } = await aServer(t);
  const conflict = aConflict(Buffer.from('beside it'), 1_000);
  const [here, there] = [(...versions: Stamp[]) => ({ nodeId: selfId, versions }), (...versions: Stamp[]) => ({ nodeId: otherId, versions })];
  const listed = (['both', 'conflict here', 'here', 'left over there', 'there'] as const).map((name): ListedName => {
    const value = node.keep(name, Buffer.from(name), name === 'conflict here' ? { conflicts: [conflict] } : {});
    const { version } = value;
    const held = {
      both: [here(version), there(version)],
      'conflict here': [here(version, conflict.version), there(version)],
      here: [here(version)],
      // What no version refers to any more is nobody's only copy.
      'left over there': [here(version), there(version, conflict.version)],
      there: [there(version)],
    }[name];
    return { name, value, held };
  });
  node.answers = (request) => (request.op === 'list' ? Promise.resolve({ type: 'listed', files: listed, grade: 'strong', partial: false }) : undefined);
  const onlyAt = async (nodeId: string): Promise<string[]> => ((await (await fetch(`${url}/ring/can-stop?node=${nodeId}`)).json()) as CanStopBody).names;
  t.deepEqual(await onlyAt(selfId), ['conflict here', 'here']);
  t.deepEqual(await onlyAt(otherId), ['there']);
});

test('a census reads every copy, and tells those that are not what they should be', async (t) => {
  const { url, node } = await aServer(t);
  const conflict = aConflict(Buffer.from('beside it'), 1_000);
  node.copies.set(1_000, Buffer.from('damaged'));
  const { version } = node.keep('a', Buffer.from('content'), { conflicts: [conflict] });
  node.keep('ab', Buffer.from('other'));
  const one = (await (await fetch(`${url}/ring/census?name=a`)).json()) as CensusBody;
  t.deepEqual(one.files, [
    {
      name: 'a',
      version: formatStamp(version),
      owners: [selfId, otherId],
      copies: [
        { nodeId: selfId, version: formatStamp(version), role: 'current', sound: true },
        { nodeId: selfId, version: formatStamp(conflict.version), role: 'conflict', sound: false },
      ],
    },
  ]);
  const all = (await (await fetch(`${url}/ring/census?limit=1`)).json()) as CensusBody;
  t.deepEqual([all.files.length, all.next], [1, 'a']);
  t.is((await fetch(`${url}/ring/census?name=b`)).status, 404);
});

for (const [what, text, nodeId] of [
  ['its id', otherId, otherId],
  ['the beginning of its id', '0b0b', otherId],
  ['the beginning in capitals', '0A0A', selfId],
  ['its address', '127.0.0.1:4043', selfId],
] as const) {
  test(`O03 a node is told to leave by ${what}`, async (t) => {
    const { url, node } = await aServer(t);
    const answer = await fetch(`${url}/ring/leave?node=${text}`, { method: 'POST' });
    t.is(answer.status, 200);
    t.deepEqual(await answer.json(), { ok: true, nodeId, message: 'leave begun' });
    t.deepEqual(node.operations, [{ op: 'leave', nodeId }]);
  });
}

test('O03 a node is forgotten at the operator\'s word, and a refusal is 409', async (t) => {
  const { url, node } = await aServer(t);
  t.is((await fetch(`${url}/ring/forget?node=${otherId}`, { method: 'POST' })).status, 200);
  t.deepEqual(node.operations, [{ op: 'forget', nodeId: otherId }]);
  node.refusesOperations = true;
  const refused = await fetch(`${url}/ring/forget?node=${otherId}`, { method: 'POST' });
  t.is(refused.status, 409);
  t.deepEqual(await refused.json(), { error: { code: 'conflict', message: 'not now' } });
});

for (const [query, status, code] of [
  ['', 400, 'bad-request'],
  ['?node=', 400, 'bad-request'],
  ['?node=0b0', 404, 'no-such-node'],
  [`?node=${'ff'.repeat(16)}`, 404, 'no-such-node'],
  ['?node=127.0.0.1:1', 404, 'no-such-node'],
] as const) {
  test(`R17 leaving with "${query.slice(0, 20)}" is ${status} ${code}`, async (t) => {
    const { url, node } = await aServer(t);
    const answer = await fetch(`${url}/ring/leave${query}`, { method: 'POST' });
    t.is(answer.status, status);
    t.is(codeOf(await answer.text()), code);
    t.deepEqual(node.operations, []);
  });
}

test('O03 the beginning of two ids is refused', async (t) => {
  const { url, node } = await aServer(t);
  const { nodes, ...ring } = node.ring();
  node.ring = () => ({ ...ring, nodes: nodes.map((one, at) => ({ ...one, nodeId: `abcd${String(at).repeat(28)}` })) });
  const answer = await fetch(`${url}/ring/leave?node=abcd`, { method: 'POST' });
  t.is(answer.status, 400);
  t.deepEqual(node.operations, []);
});

test('O01 a node that has not joined is well, not ready, and serves no files', async (t) => {
  const { url, node } = await aServer(t);
  node.isReady = false;
  const statuses = Object.fromEntries(await Promise.all(['/healthz', '/readyz', '/', '/metrics', '/ring', '/files/a', '/files/'].map(async (path) => [path, (await fetch(url + path)).status] as const)));
  t.deepEqual(statuses, { '/healthz': 200, '/readyz': 503, '/': 200, '/metrics': 200, '/ring': 503, '/files/a': 503, '/files/': 503 });
  const answer = await fetch(`${url}/files/a`);
  t.is(answer.headers.get('retry-after'), '1');
  t.is(codeOf(await answer.text()), 'not-joined');
  node.isReady = true;
  t.is((await fetch(`${url}/readyz`)).status, 200);
});

test('O01 metrics count requests by route, method and status, never by name', async (t) => {
  const { url, node } = await aServer(t);
  node.keep('private-name', Buffer.from('x'));
  await (await fetch(`${url}/files/private-name`)).text();
  await (await fetch(`${url}/files/missing`)).text();
  await (await fetch(`${url}/elsewhere`)).text();
  const answer = await fetch(`${url}/metrics`);
  t.regex(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  t.regex(text, /coring_http_requests_total\{route="\/files\/\*name",method="GET",status="200"\} 1/);
  t.regex(text, /coring_http_requests_total\{route="\/files\/\*name",method="GET",status="404"\} 1/);
  t.regex(text, /coring_http_requests_total\{route="none",method="GET",status="404"\} 1/);
  t.regex(text, /coring_http_received_bytes_total [1-9]\d+\n/);
  t.regex(text, /coring_link_sent_bytes_total 400\n/);
  t.regex(text, /coring_ring_state\{state="degraded"\} 1\n/);
  t.regex(text, /coring_build_info\{version="0\.1\.0"\} 1\n/);
  t.notRegex(text, /^coring_ring_check_seconds /m);
  t.regex(text, /coring_ring_nodes\{state="up"\} 1\n/);
  t.regex(text, /coring_ring_nodes\{state="down"\} 1\n/);
  t.regex(text, /coring_files 1\n/);
  t.regex(text, /^process_resident_memory_bytes \d{7,}$/m);
  t.regex(text, /^nodejs_heap_size_used_bytes \d{7,}$/m);
  t.notRegex(text, /private-name/);
});
