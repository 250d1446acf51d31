import type { ListBody, ListedFile } from '@coring/protocol';
import test from 'ava';
import { ageInWords } from '../src/model/age.js';
import { firstPage, matching, withFileEvent, withPage } from '../src/model/file-list.js';
import { timed } from './a-ring.js';

const file = (name: string, version = '1'): ListedFile => ({ name, size: 1, type: 'text/plain', etag: '"a"', version, modified: '2026-11-22T00:00:00.000Z' });
const page = (names: readonly string[], next?: string): ListBody => ({ files: names.map((name) => file(name)), grade: 'strong', ...(next === undefined ? {} : { next }) });
const put = (name: string, version = '2') => timed({ type: 'put', at: 'x', name, version, size: 9, grade: 'strong', nodes: [] });
const deleted = (name: string) => timed({ type: 'deleted', at: 'x', name, version: '2', size: 0, grade: 'strong', nodes: [] });
const names = (list: { readonly files: readonly ListedFile[] }) => list.files.map(({ name }) => name);

test('a new file comes to its place in the order of names', (t) => {
  const list = withFileEvent(firstPage('', page(['a', 'c'])), put('b'));
  t.deepEqual(names(list), ['a', 'b', 'c']);
  t.is(list.files[1]!.size, 9);
});

test('another version takes the place of the one before; the same is no news', (t) => {
  const list = firstPage('', page(['a']));
  const replaced = withFileEvent(list, put('a'));
  t.deepEqual([replaced.files.length, replaced.files[0]!.version, replaced.files[0]!.etag], [1, '2', '']);
  t.is(withFileEvent(replaced, put('a')), replaced);
});

test('what does not begin with the prefix, or comes with a later page, is left out', (t) => {
  const list = firstPage('b', page(['b1', 'b3'], 'b3'));
  t.is(withFileEvent(list, put('a')), list);
  t.is(withFileEvent(list, put('b9')), list);
  t.deepEqual(names(withFileEvent(list, put('b2'))), ['b1', 'b2', 'b3']);
});

test('a deleted file goes; another leaves the list as it is', (t) => {
  const list = firstPage('', page(['a', 'b']));
  t.deepEqual(names(withFileEvent(list, deleted('a'))), ['b']);
  t.is(withFileEvent(list, deleted('z')), list);
});

test('pages follow each other without repeating a name', (t) => {
  const list = withPage(firstPage('', page(['a', 'b'], 'b')), page(['b', 'c']));
  t.deepEqual(names(list), ['a', 'b', 'c']);
  t.is(list.next, undefined);
});

test('search within a name knows no case', (t) => {
  t.deepEqual(matching([file('Alpha.txt'), file('beta')], 'PHA').map(({ name }) => name), ['Alpha.txt']);
});

test('an age is short', (t) => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  const ages = ['2026-11-22T12:00:05Z', '2026-11-22T11:59:20Z', '2026-11-22T11:30:00Z', '2026-11-22T02:00:00Z', '2026-11-01T00:00:00Z', '2026-01-01T00:00:00Z', 'never'];
  t.deepEqual(ages.map((one) => ageInWords(one, now)), ['now', '40 s', '30 min', '10 h', '21 d', '325 d', '']);
});
