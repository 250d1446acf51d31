import test from 'ava';
import type { EventAt } from '../src/index.js';
import { type JournalLine, journalled, LINES_MAX } from '../src/words/journal.js';

type Untimed<One> = One extends EventAt ? Omit<One, 'timeMs'> : never;
type Told = Untimed<EventAt>;

const nameOf = (id: string): string => `node ${id}`;
const told = (events: readonly Told[], nowMs = 0, journal: readonly JournalLine[] = []) => events.reduce((so, event) => journalled(so, { ...event, timeMs: nowMs } as EventAt, nameOf), journal);
const texts = (journal: readonly JournalLine[]) => journal.map(({ text }) => text);

test('the same told by five nodes is one line, which says by how many', (t) => {
  const journal = told(['a', 'b', 'c', 'd', 'e'].map((at) => ({ type: 'member', at, nodeId: 'x', address: '127.0.0.1:1', state: 'down', was: 'up', incarnation: 3 })));
  t.deepEqual(texts(journal), ['127.0.0.1:1 is down: the ring closes up without it']);
  t.is(journal[0]!.by.size, 5);
  t.is(journal[0]!.weight, 'bad');
});

test('the same a minute later is news again', (t) => {
  const suspect: Told = { type: 'suspect', at: 'a', nodeId: 'x', why: 'no answer' };
  const journal = told([suspect], 60_000, told([suspect]));
  t.deepEqual(texts(journal), ['node x does not answer: no answer', 'node x does not answer: no answer']);
});

test('the newest line comes first, and the journal is bounded', (t) => {
  const events = Array.from({ length: LINES_MAX + 50 }, (_, i): Told => ({ type: 'epoch', at: 'a', number: i, members: ['a'] }));
  const journal = told(events);
  t.is(journal.length, LINES_MAX);
  t.is(journal[0]!.text, `epoch ${LINES_MAX + 49}: copies are placed on 1 node`);
  t.is(new Set(journal.map(({ id }) => id)).size, LINES_MAX);
});

test('files put one after the other at a node are one line', (t) => {
  const put = (name: string, at = 'a'): Told => ({ type: 'put', at, name, version: `of ${name}`, size: 10, grade: 'strong', nodes: [] });
  t.deepEqual(texts(told([put('one')])), ['one put at node a, 10 B']);
  t.deepEqual(texts(told([put('one'), put('two'), put('three')])), ['3 files put at node a, the last three']);
  t.deepEqual(texts(told([put('one'), put('two', 'b')])), ['two put at node b, 10 B', 'one put at node a, 10 B']);
});

test('where each file has its line, none stands for others', (t) => {
  const puts = ['one', 'two'].map((name): EventAt => ({ type: 'put', at: 'a', timeMs: 0, name, version: `of ${name}`, size: 10, grade: 'strong', nodes: [] }));
  t.deepEqual(texts(puts.reduce<readonly JournalLine[]>((so, event) => journalled(so, event, nameOf, true), [])), ['two put at node a, 10 B', 'one put at node a, 10 B']);
});

test('a weak write says why', (t) => {
  const [line] = told([{ type: 'put', at: 'a', name: 'x', version: '1', size: 2000, grade: 'weak', nodes: [] }]);
  t.is(line!.text, 'x put at node a, 2.0 kB, weak: no majority of its owners');
  t.is(line!.weight, 'care');
});

test('what is no news leaves the journal as it is', (t) => {
  const journal = told([{ type: 'disk', at: 'a', isFull: true }]);
  t.is(told([{ type: 'moved', at: 'a', number: 3, buckets: 0, bytes: 0, tookMs: 5 }], 0, journal), journal);
  t.is(told([{ type: 'member', at: 'a', nodeId: 'x', address: '1', state: 'up', was: 'up', incarnation: 4 }], 0, journal), journal);
});
