import test from 'ava';
import { Failure, failureInWords, failureOf, remedyFor } from '../src/model/failure.js';
import { holdersOf } from '../src/model/holders.js';
import { headline } from '../src/model/headline.js';
import { emptyPicture, withSnapshot } from '../src/model/picture.js';
import { receiptOf } from '../src/model/receipt.js';
import { safetyLine } from '../src/model/safety-line.js';
import { aRing } from './a-ring.js';

const home = '127.0.0.1:5000';
const receipt = { copies: 3, wanted: 3, grade: 'strong', nodes: ['a', 'b', 'c'], version: '1', epoch: '4', hops: '0', state: 'whole', conflicts: 0 };
const copy = (nodeId: string, sound = true) => ({ nodeId, version: '1', role: 'current' as const, sound });

test('a page whose node does not answer says so, and from where it sees the ring', (t) => {
  const picture = withSnapshot(emptyPicture, aRing(5));
  const line = headline(picture, { home, address: '127.0.0.1:5001', base: 'http://127.0.0.1:5001', state: 'live', homeFault: 'silent' });
  t.is(line.text, '5 nodes, whole');
  t.is(line.seen, '127.0.0.1:5000 does not answer; seen from 127.0.0.1:5001');
});

test('a node that has not joined yet says what to look at', (t) => {
  const line = headline(emptyPicture, { home, address: home, base: '', state: 'silent', homeFault: 'not-joined' });
  t.is(line.text, '127.0.0.1:5000 has not joined its ring yet');
  t.regex(line.advice!, /Its log says more/);
});

test('where nobody answers, what is shown is said to be old', (t) => {
  const known = withSnapshot(emptyPicture, aRing(2));
  const line = headline(known, { home, address: home, base: '', state: 'silent', homeFault: 'silent' });
  t.deepEqual([line.tone, line.text], ['unknown', 'No node of the ring answers']);
});

test('a file with all copies, agreed upon, is safe; with fewer it is not', (t) => {
  t.deepEqual(safetyLine(receipt, undefined), { text: 'Safe: 3 of 3 copies, agreed by a majority', isSafe: true });
  t.deepEqual(safetyLine({ ...receipt, copies: 1 }, undefined), { text: 'At risk: 1 of 3 copies', isSafe: false });
  t.is(safetyLine({ ...receipt, grade: 'weak' }, undefined)!.isSafe, false);
  t.is(safetyLine(undefined, undefined), undefined);
});

test('copies that were read say more than a receipt', (t) => {
  const counted = { name: 'x', version: '1', owners: ['a', 'b', 'c'], copies: [copy('a'), copy('b'), copy('c')] };
  t.deepEqual(safetyLine(receipt, counted), { text: 'Safe: 3 of 3 copies read just now, equal to the digest', isSafe: true });
  const damaged = { ...counted, copies: [copy('a'), copy('b'), copy('c', false)] };
  t.deepEqual(safetyLine(receipt, damaged), { text: 'Not yet as safe as wanted: 2 of 3 copies read just now, equal to the digest; 1 could not be read whole, and is made anew', isSafe: false });
});

test('where a file is, reading its copies says, whatever an older receipt named', (t) => {
  t.deepEqual(holdersOf(receipt, undefined), ['a', 'b', 'c']);
  const counted = { name: 'x', version: '2', owners: ['b', 'c', 'd'], copies: [copy('b'), copy('c', false), copy('d'), { ...copy('e'), role: 'conflict' as const }] };
  t.deepEqual(holdersOf(receipt, counted), ['b', 'd'], 'one that could not be read, or is of another version, is none');
});

test('a receipt is read from the headers of an answer', (t) => {
  const fields: Readonly<Record<string, string>> = { 'Coring-Copies': '2/3', 'Coring-Grade': 'weak', 'Coring-Nodes': 'a, b', 'Coring-Conflicts': '1' };
  const { copies, wanted, grade, nodes, conflicts } = receiptOf((name) => fields[name] ?? null)!;
  t.deepEqual([copies, wanted, grade, nodes, conflicts], [2, 3, 'weak', ['a', 'b'], 1]);
  t.is(receiptOf(() => null), undefined);
});

test('a failure is told in plain words, with what to do about an upload', (t) => {
  const full = failureOf(507, '{"error":{"code":"disk-full","message":"the disk of this node is full"}}');
  t.is(failureInWords(full, home), 'the disk of 127.0.0.1:5000 is full');
  t.is(remedyFor(full), 'elsewhere');
  t.is(remedyFor(failureOf(412, '{"error":{"code":"precondition-failed","message":""}}')), 'ask');
  t.is(remedyFor(failureOf(413, '{"error":{"code":"too-large","message":""}}')), 'end');
  t.is(remedyFor(new Failure(0, '', '')), 'elsewhere');
  t.is(failureInWords(new Failure(0, '', ''), home), '127.0.0.1:5000 does not answer');
  t.is(failureInWords(failureOf(502, '<html>'), home), 'the answer was 502');
});
