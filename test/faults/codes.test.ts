import { randomUUID } from 'node:crypto';
import type { TestNode } from '../a-ring.js';
import { until, whole } from '../a-ring.js';
import { aFaultyRing } from './a-faulty-ring.js';
import { between } from './network.js';
import { networkTest } from './network-test.js';

const MINUTE_MS = 60_000;

async function post(url: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(30_000) });
  return { status: answer.status, ...((await answer.json()) as object) };
}

/** A port of its own of a node's host: the default one, since nobody else has it there. */
function at({ address }: TestNode, port: number): string {
  return `http://${address.slice(0, address.lastIndexOf(':'))}:${port}/`;
}

async function textsAt(node: TestNode): Promise<string[]> {
  const { messages } = (await (await fetch(`${node.url}/messages`)).json()) as { messages: { text?: string }[] };
  return messages.map(({ text }) => text ?? 'unavailable').sort();
}

networkTest('U01 U02 U03 on both sides of a split a uuid gets the same code, and what is sent with it is in the log once they meet', async (t) => {
  t.timeout(5 * MINUTE_MS);
  const ring = await aFaultyRing(t, 5, ['--serve', 'codes=', '--serve', 'messages=']);
  const [known, fresh] = [randomUUID(), randomUUID()];
  const { code } = await post(`${ring.node(1).url}/codes`, { uuid: known });
  for (const node of ring.nodes) await until(async () => ((await (await fetch(`${node.url}/codes`)).json()) as { ready: boolean }).ready, 'every node to have the key');

  const split = { pairs: between([1, 2, 3], [4, 5]), lane: { cut: true } };
  await ring.network.spoil(split);
  for (const node of ring.nodes) await until(async () => (await node.ring()).nodes.some(({ state }) => state === 'down'), 'both sides to see the split', MINUTE_MS);
  t.deepEqual(new Set((await Promise.all(ring.nodes.map((node) => post(`${node.url}/codes`, { uuid: known })))).map((answer) => answer.code)), new Set([code]));
  // Asked for the first time, on both sides at once.
  const codes = await Promise.all(ring.nodes.flatMap((node) => [post(`${node.url}/codes`, { uuid: fresh }).then((answer) => answer.code), post(at(node, 8000), { uuid: fresh }).then(({ unique }) => unique)]));
  t.is(codes.length, 10);
  t.is(new Set(codes).size, 1, codes.join());
  t.not(codes[0], code);
  const sent: string[] = [];
  for (const [i, node] of ring.nodes.entries()) {
    t.like(await post(`${node.url}/messages`, { uuid: fresh, code: codes[0], text: `${i} on its own port` }), { status: 201 });
    t.like(await post(at(node, 8001), { uuid: known, unique: code, text: `${i} on the other` }), { status: 200, success: true });
    t.like(await post(at(node, 8001), { uuid: known, unique: codes[0], text: 'forged' }), { status: 403, success: false, code: 'wrong-code' });
    sent.push(`${i} on its own port`, `${i} on the other`);
  }

  await ring.network.mend(split);
  await whole(ring.nodes, MINUTE_MS);
  for (const node of ring.nodes) await until(async () => (await textsAt(node)).join() === sent.sort().join(), `the log of ${node.address} to be whole`, MINUTE_MS);
});
