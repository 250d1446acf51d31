import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatStamp, type MergesBody, mergesBodySchema } from '@coring/protocol';
import { fits } from '@coring/protocol/validate';
import test from 'ava';
import type { RingEvent } from '../../src/ring/index.js';
import { aConflict, type FakeNode, otherId, selfId } from './a-fake-node.js';
import { knowing, twoServers } from './a-fake-ring.js';
import { type AServer, aServer, codeOf } from './a-server.js';

const thirdId = '0c'.repeat(16);

test('R06 the report of all nodes is told at each, the newest first, with the conflict copies that are still there', async (t) => {
  const [one, other] = await twoServers(t);
  const kept = aConflict(Buffer.from('beside'), 2_000);
  one.node.keep('a', Buffer.from('current'), { conflicts: [kept] });
  one.node.answers = (request) => (request.op === 'get' && request.version?.time === 3_000 ? Promise.resolve({ type: 'absent', receipt: one.node.receipt }) : undefined);
  merge(one.node, 'a', [2_000, 3_000]);
  merge(other.node, 'b', []);
  const body = await report(one);
  t.deepEqual(body.merges.map(({ name, node, conflicts }) => [name, node, conflicts.map((conflict) => conflict.kept)]), [['b', otherId, []], ['a', selfId, [true, false]]]);
  t.is(body.merges[1]!.conflicts[0]!.version, formatStamp(kept.version));
  t.deepEqual(body.unanswered, []);
  t.is(fits(mergesBodySchema, body), undefined);
  t.deepEqual((await report(one, '?name=a')).merges.map(({ name }) => name), ['a']);
});

test('what a weak answer does not find may be there all the same', async (t) => {
  const { url, node } = await aServer(t);
  node.answers = () => Promise.resolve({ type: 'absent', receipt: { ...node.receipt, grade: 'weak' } });
  merge(node, 'a', [2_000]);
  const { merges } = await report({ url });
  t.false('kept' in merges[0]!.conflicts[0]!);
});

test('pages of the report go back to its first merge, each once', async (t) => {
  const [one, other] = await twoServers(t);
  for (let i = 0; i < 12; i++) merge([one.node, other.node, one.node][i % 3]!, `name-${i}`, []);
  one.node.mergeReport.hear(back(otherId));
  const names: string[] = [];
  let heals = 0;
  let query = '?limit=5';
  for (let pages = 1; pages <= 3; pages++) {
    const body = await report(one, query);
    names.push(...body.merges.map(({ name }) => name));
    heals += body.heals.length;
    t.is(body.next === undefined, pages === 3);
    query = `?limit=5&before=${body.next}`;
  }
  t.deepEqual(names, Array.from({ length: 12 }, (_, i) => `name-${11 - i}`));
  t.is(heals, 1);
});

test('R05 two parts of the ring that met are told as what each node of them saw', async (t) => {
  const [one, other] = await twoServers(t);
  one.node.mergeReport.hear(back(otherId));
  one.node.mergeReport.hear(back(thirdId));
  other.node.nowMs += 1_000;
  other.node.mergeReport.hear(back(selfId));
  merge(other.node, 'a', [2_000]);
  merge(one.node, 'b', []);
  t.deepEqual((await report(one)).heals, [
    {
      atMs: 1_790_000_000_000,
      sides: [
        { nodes: [selfId], missed: [otherId, thirdId] },
        { nodes: [otherId], missed: [selfId] },
      ],
      merges: 2,
      withConflicts: 1,
    },
  ]);
});

test('two nodes that merged the same say it once', async (t) => {
  const [one, other] = await twoServers(t);
  merge(one.node, 'a', [2_000]);
  merge(other.node, 'a', [2_000]);
  t.is((await report(one)).merges.length, 1);
});

for (const [what, answer] of [
  ['is down', undefined],
  ['refuses', { status: 503, body: '{"error":{"code":"not-joined","message":""}}' }],
  ['says something else', { status: 200, body: '{"merges":[]}' }],
  ['says no JSON', { status: 200, body: '<html>' }],
  ['sends without end', { status: 200, body: undefined }],
  ['says nothing', 'silent'],
] as const) {
  test(`a node that ${what} is told as unanswered`, async (t) => {
    const one = await aServer(t, { deadlineMs: 400 });
    const peer = createServer((_, response) => {
      if (answer === undefined || answer === 'silent') return;
      response.writeHead(answer.status);
      if (answer.body !== undefined) return void response.end(answer.body);
      const more = (): void => {
        while (response.writable && response.write(Buffer.alloc(65_536, ' ')));
      };
      response.on('drain', more);
      more();
    });
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
    t.teardown(() => {
      peer.closeAllConnections();
      peer.close();
    });
    knowing(one.node, selfId, { [otherId]: `127.0.0.1:${(peer.address() as AddressInfo).port}` }, answer === undefined ? 'down' : 'up');
    merge(one.node, 'a', []);
    const { merges, unanswered } = await report(one);
    t.deepEqual([merges.length, unanswered], [1, [otherId]]);
  });
}

for (const query of ['?limit=0', '?limit=1001', '?limit=x', '?limit=', '?before=1', '?before=', '?name=', '?name=a//b', `?name=${'x'.repeat(1025)}`]) {
  test(`R17 the merge report with ${query.slice(0, 20)} is 400 bad-request`, async (t) => {
    const { url } = await aServer(t);
    const answer = await fetch(`${url}/ring/merges${query}`);
    t.is(answer.status, 400);
    t.is(codeOf(await answer.text()), 'bad-request');
  });
}

test('the merge report is only read', async (t) => {
  const { url } = await aServer(t);
  const answer = await fetch(`${url}/ring/merges`, { method: 'POST' });
  t.is(answer.status, 405);
  await answer.arrayBuffer();
});

let clockMs = 1_790_000_000_000;

/** Each is later than the one before, at whichever node. */
function merge(node: FakeNode, name: string, times: readonly number[]): void {
  const added = times.map((time) => {
    const { version, digest, size, modifiedMs } = aConflict(Buffer.from('beside'), time);
    return { version: formatStamp(version), digest, size, modifiedMs };
  });
  node.nowMs = ++clockMs;
  node.mergeReport.hear({ type: 'merged', name, version: `9-${selfId}`, deleted: false, conflicts: times.length, added });
}

function back(nodeId: string): RingEvent {
  return { type: 'member', nodeId, address: '127.0.0.1:1', state: 'up', was: 'down', incarnation: 2 };
}

async function report({ url }: Pick<AServer, 'url'>, query = ''): Promise<MergesBody> {
  const answer = await fetch(`${url}/ring/merges${query}`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as MergesBody;
}
