import { type Answer, History } from '@coring/simulator';
import test from 'ava';
import { aNode } from '../a-ring.js';
import { sha256 } from '../files.js';
import { ask } from './asking.js';
import { allShownBy, type Shown } from './at-rest.js';
import { lostOf, unaskedFor } from './kept.js';
import { allMade } from './made.js';

const stored: Answer = { type: 'stored', value: { version: { time: 1, node: 'n' }, digest: 'd', size: 1 }, receipt: { grade: 'weak', copies: 1 } };

/** Writes of one name: each with its content, which is also its id, its beginning, its end and what was answered. */
function aHistory(...writes: readonly (readonly [digest: string, startedMs: number, endedMs: number, answer: Answer])[]): History {
  const history = new History();
  for (const [i, [digest, startedMs, endedMs, answer]] of writes.entries()) {
    const common = { ref: `r${i}`, deadlineMs: 1, requireStrong: false, conditions: {}, opId: digest } as const;
    history.begin({ request: { ...common, op: 'put', name: 'a', token: '', digest, size: 1, contentType: '' }, node: 'n', startedMs, pausedMs: 0, lost: false, bytesGone: false });
    history.end(`r${i}`, endedMs, answer);
  }
  return history;
}

/** What is shown of that name: the current content first, then those beside it. */
function showing(...digests: readonly string[]): ReadonlyMap<string, Shown> {
  const [current, ...conflicts] = digests.map((digest) => ({ version: digest, digest }));
  return new Map(current === undefined ? [] : [['a', { ...current, deleted: false, conflicts }]]);
}

test('content that nobody had put is noticed, also beside the current one', (t) => {
  t.deepEqual(unaskedFor(aHistory(['one', 1, 2, stored]), showing('one')), []);
  t.regex(unaskedFor(aHistory(['one', 1, 2, stored]), showing('one', 'two')).join(), /nobody had put two/);
});

test('what a node made is read from its log, also after a crash: an upload is lost unless one that had seen it took its place', async (t) => {
  let node = await aNode(t);
  const history = new History();
  const wrong: string[] = [];
  const put = (i: number) => {
    const bytes = new Uint8Array(Buffer.from(`content ${i}`));
    const common = { deadlineMs: 10_000, requireStrong: false, conditions: {}, token: '', contentType: 'text/plain' };
    return ask(history, wrong, node, { ...common, op: 'put', ref: `r${i}`, opId: `op${i}`, name: 'a', digest: sha256(bytes), size: bytes.length }, bytes);
  };
  const judge = async (shown: ReadonlyMap<string, Shown>): Promise<string[]> => lostOf(history, await allMade([node.data]), shown);

  await put(1);
  const before = await allShownBy(node);
  t.deepEqual(await judge(before), []);
  await node.kill();
  node = await node.again(t);
  await put(2);
  t.deepEqual(await judge(await allShownBy(node)), []);
  t.regex((await judge(before)).join('\n'), /op2 .* is lost/, 'the older one is back');
  t.is((await judge(new Map())).length, 2);
  await ask(history, wrong, node, { op: 'delete', ref: 'r3', opId: 'op3', name: 'a', conditions: {}, deadlineMs: 10_000, requireStrong: false });
  t.deepEqual(await judge(new Map()), [], 'a deletion that had seen them ends the matter');
  t.deepEqual(wrong, []);
});
