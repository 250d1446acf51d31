import { type Answer, History } from '@coring/simulator';
import test from 'ava';
import type { Shown } from './at-rest.js';
import { lostUploads, unaskedFor } from './kept.js';

const stored: Answer = { type: 'stored', value: { version: { time: 1, node: 'n' }, digest: 'd', size: 1 }, receipt: { grade: 'weak', copies: 1 } };
const unknown: Answer = { type: 'failed', code: 'outcome-unknown' };

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

test('an acknowledged upload that is gone is noticed, unless another write may have followed it', (t) => {
  t.regex(lostUploads(aHistory(['one', 1, 2, stored]), showing()).join(), /one.* is lost/);
  t.regex(lostUploads(aHistory(['one', 1, 2, stored], ['two', 3, 4, stored]), showing('one')).join(), /two.* is lost/);
  t.deepEqual(lostUploads(aHistory(['one', 1, 2, stored], ['two', 3, 4, stored]), showing('two')), []);
  t.deepEqual(lostUploads(aHistory(['one', 1, 3, stored], ['two', 2, 4, stored]), showing('one')), []);
});

test('an upload that is kept beside another one is not lost', (t) => {
  t.deepEqual(lostUploads(aHistory(['one', 1, 2, stored], ['two', 3, 4, stored]), showing('one', 'two')), []);
});

test('a write whose outcome nobody knows may come late; one whose condition failed never does', (t) => {
  t.deepEqual(lostUploads(aHistory(['one', 1, 2, unknown], ['two', 3, 4, stored]), showing('one')), []);
  t.regex(lostUploads(aHistory(['one', 1, 2, { type: 'failed', code: 'precondition-failed' }], ['two', 3, 4, stored]), showing('one')).join(), /two.* is lost/);
});

test('a write that was repeated may have been done at the first attempt', (t) => {
  t.deepEqual(lostUploads(aHistory(['one', 1, 2, unknown], ['two', 3, 4, stored], ['one', 5, 6, stored]), showing('two')), []);
});

test('content that nobody had put is noticed, also beside the current one', (t) => {
  t.deepEqual(unaskedFor(aHistory(['one', 1, 2, stored]), showing('one')), []);
  t.regex(unaskedFor(aHistory(['one', 1, 2, stored]), showing('one', 'two')).join(), /nobody had put two/);
});
