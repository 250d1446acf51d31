import { type CopiesBody, copiesBodySchema, formatStamp, holdingsSchema } from '@coring/protocol';
import { fits } from '@coring/protocol/validate';
import test, { type ExecutionContext } from 'ava';
import { weigh } from '../../src/http/ring/bucket-rows.js';
import { type FakeNode, otherId, selfId } from './a-fake-node.js';
import { knowing } from './a-fake-ring.js';
import { type AServer, aServer, codeOf } from './a-server.js';

const thirdId = '0c'.repeat(16);
const ids = [selfId, otherId, thirdId];

test('copies are counted over all nodes that are up: each file once', async (t) => {
  const servers = await threeServers(t);
  for (const { node } of servers) for (let i = 0; i < 100; i++) await keep(node, `file-${i}`, 1);
  const body = await copies(servers[0]);
  t.deepEqual(body, { wanted: 2, files: 100, byCopies: { 3: 100 }, partial: false });
  t.is(fits(copiesBodySchema, body), undefined);
});

test('where nodes differ, it is counted by name: what is older, elsewhere or missing is no copy', async (t) => {
  const servers = await threeServers(t);
  const [one, other, third] = servers.map(({ node }) => node) as [FakeNode, FakeNode, FakeNode];
  for (let i = 0; i < 60; i++) {
    await keep(one, `file-${i}`, 2);
    if (i >= 10) await keep(other, `file-${i}`, 2);
    await keep(third, `file-${i}`, i < 30 ? 1 : 2);
  }
  await keep(third, 'there alone', 1);
  // Beside the newest an older one, as a conflict copy is.
  await keep(one, 'file-50', 1);
  t.deepEqual(await copies(servers[1]), { wanted: 2, files: 61, byCopies: { 1: 11, 2: 20, 3: 30 }, partial: false });
});

test('who is up and does not say what it keeps makes the count a part', async (t) => {
  const [one] = await threeServers(t);
  await keep(one.node, 'a', 1);
  knowing(one.node, selfId, { [otherId]: '127.0.0.1:1' });
  t.deepEqual(await copies(one), { wanted: 2, files: 1, byCopies: { 1: 1 }, partial: true });
  const down = await aServer(t);
  await keep(down.node, 'a', 1);
  knowing(down.node, selfId, { [otherId]: '127.0.0.1:1' }, 'down');
  t.deepEqual(await copies(down), { wanted: 2, files: 1, byCopies: { 1: 1 }, partial: false });
});

test('copies are counted once for all who ask within a few seconds', async (t) => {
  const [one, other] = await threeServers(t);
  await keep(one.node, 'a', 1);
  let asked = 0;
  const { all } = other.node.holdings;
  Object.assign(other.node.holdings, { all: () => (asked++, all()) });
  const first = await Promise.all([copies(one), copies(one), copies(one)]);
  await keep(one.node, 'b', 1);
  t.deepEqual([...first, await copies(one)].map(({ files }) => files), [1, 1, 1, 1]);
  t.is(asked, 1);
});

test('a node tells what it keeps by the bucket, and by the name', async (t) => {
  const { url, node } = await aServer(t);
  await keep(node, 'a', 1);
  await keep(node, 'b', 1);
  const own = (await (await fetch(`${url}/ring/copies?own`)).json()) as { buckets: number[]; names: number[]; digests: string[] };
  t.is(fits(holdingsSchema, own), undefined);
  t.deepEqual([own.buckets.length, own.names, own.digests.length], [2, [1, 1], 2]);
  const held = (await (await fetch(`${url}/ring/copies?own&buckets=${own.buckets.join(',')}`)).json()) as { held: { name: string }[] };
  t.deepEqual(held.held.map(({ name }) => name).toSorted(), ['a', 'b']);
  t.deepEqual(held.held[0], { name: held.held[0]!.name, versions: [formatStamp({ time: 1, node: selfId })] });
});

for (const buckets of ['', 'x', '1,', '16384', '-1', Array.from({ length: 257 }, (_, i) => i).join(',')]) {
  test(`R17 what a node keeps of buckets ${buckets.slice(0, 8)} is 400 bad-request`, async (t) => {
    const { url } = await aServer(t);
    const answer = await fetch(`${url}/ring/copies?own&buckets=${buckets}`);
    t.is(answer.status, 400);
    t.is(codeOf(await answer.text()), 'bad-request');
  });
}

test('without a look at the names the least is said that is certain', (t) => {
  const row = (nodeId: string, names: number, digest: string) => ({ nodeId, names, digest });
  const owners = [selfId, otherId];
  t.deepEqual(weigh([row(selfId, 5, 'a'), row(otherId, 5, 'a'), row(thirdId, 2, 'b')], owners), { names: 5, copies: 2, sure: true });
  t.deepEqual(weigh([row(selfId, 5, 'a'), row(otherId, 4, 'b'), row(thirdId, 2, 'c')], owners), { names: 5, copies: 1, sure: false });
  t.deepEqual(weigh([row(selfId, 5, 'a'), row(otherId, 5, 'a'), row(thirdId, 7, 'b')], owners), { names: 5, copies: 2, sure: false });
  t.deepEqual(weigh([row(thirdId, 7, 'b'), row('0d', 6, 'c')], owners), { names: 7, copies: 1, sure: false });
});

async function threeServers(t: ExecutionContext): Promise<[AServer, AServer, AServer]> {
  const servers = [await aServer(t), await aServer(t, {}, otherId), await aServer(t, {}, thirdId)] as [AServer, AServer, AServer];
  for (const [i, { node }] of servers.entries()) {
    const others = ids.flatMap((id, j) => (i === j ? [] : [[id, `127.0.0.1:${servers[j]!.port}`]]));
    knowing(node, ids[i]!, Object.fromEntries(others) as Record<string, string>);
  }
  return servers;
}

async function keep({ disk }: FakeNode, name: string, time: number): Promise<void> {
  await disk.commit([{ do: 'keep', name, version: { time, node: selfId }, token: disk.take(Buffer.from('x')) }]);
}

async function copies({ url }: AServer): Promise<CopiesBody> {
  const answer = await fetch(`${url}/ring/copies`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as CopiesBody;
}
