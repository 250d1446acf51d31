import test from 'ava';
import * as fc from 'fast-check';
import { compareUtf8, filePath, NAME_BYTES_MAX, nameFault, nameFromPath, paths, utf8, utf8Length } from '../src/index.js';

const wholeText = fc.string({ unit: 'binary' });
/** Any UTF-16 units, lone surrogates too. */
const anyText = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd700, max: 0xe0ff })), { maxLength: 8 }).map((units) => String.fromCharCode(...units));

const longest = ['x'.repeat(NAME_BYTES_MAX), 'ä'.repeat(NAME_BYTES_MAX / 2)];
for (const name of ['a', 'a.txt', 'dir/a', '...', '.hidden', 'a..b', ' ', 'ä', '\u{1f600}', 'C:\\x', 'a?b#c%d', '\ue000', ...longest]) {
  test(`${JSON.stringify(short(name))} is a name`, (t) => {
    t.is(nameFault(name), undefined);
    t.deepEqual(nameFromPath(filePath(name), paths.files), { name });
  });
}

for (const [name, fault] of [
  ['', /empty/],
  ['/', /empty segment/],
  ['/a', /empty segment/],
  ['a/', /empty segment/],
  ['a//b', /empty segment/],
  ['.', /segment \. or \.\./],
  ['..', /segment \. or \.\./],
  ['a/../b', /segment \. or \.\./],
  ['a/.', /segment \. or \.\./],
  ['a\nb', /control/],
  ['\u0000', /control/],
  ['\u007f', /control/],
  ['\ud800', /UTF-8/],
  ['a\udc00b', /UTF-8/],
  ['x'.repeat(NAME_BYTES_MAX + 1), /longer/],
  ['ä'.repeat(NAME_BYTES_MAX / 2 + 1), /longer/],
] as const) {
  test(`${JSON.stringify(short(name))} is no name`, (t) => {
    t.regex(nameFault(name) ?? '', fault);
  });
}

for (const [path, expected] of [
  ['/files/a%20b', { name: 'a b' }],
  ['/files/a%2Fb', { name: 'a/b' }],
  ['/files/%2561', { name: '%61' }],
  ['/files/%F0%9F%98%80', { name: '\u{1f600}' }],
  ['/files/a+b', { name: 'a+b' }],
] as const) {
  test(`${path} is decoded once`, (t) => {
    t.deepEqual(nameFromPath(path, paths.files), expected);
  });
}

for (const rest of ['', '%', '%zz', '%ff', '%c0%af', '%ed%a0%80', '%2e%2e', 'a/%2e%2e/b', 'a%00', 'a%2f']) {
  test(`/files/${rest} names nothing`, (t) => {
    t.true('fault' in nameFromPath(`/files/${rest}`, paths.files));
  });
}

test('every name comes back from its path', (t) => {
  fc.assert(
    fc.property(wholeText, (name) => {
      fc.pre(nameFault(name) === undefined);
      t.deepEqual(nameFromPath(filePath(name), paths.files), { name });
    }),
  );
});

test('texts are ordered as their UTF-8 bytes', (t) => {
  fc.assert(
    fc.property(wholeText, wholeText, (a, b) => {
      t.is(Math.sign(compareUtf8(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 1000 },
  );
  for (const [a, b] of [['\uff61', '\u{1f600}'], ['\ud7ff', '\ue000'], ['\uffff', '\u{10000}'], ['\u{1f600}', '\u{1f601}'], ['', 'a'], ['a', 'aa']] as const) {
    t.true(compareUtf8(a, b) < 0);
    t.true(compareUtf8(b, a) > 0);
  }
});

test('any texts have one order, lone surrogates too', (t) => {
  fc.assert(
    fc.property(anyText, anyText, anyText, (a, b, c) => {
      t.is(compareUtf8(a, a), 0);
      t.is(Math.sign(compareUtf8(a, b)) + Math.sign(compareUtf8(b, a)), 0);
      t.is(compareUtf8(a, b) === 0, a === b);
      if (compareUtf8(a, b) < 0 && compareUtf8(b, c) < 0) t.true(compareUtf8(a, c) < 0);
    }),
    { numRuns: 1000 },
  );
});

test('the UTF-8 of a text, and its length, are what TextEncoder gives', (t) => {
  fc.assert(
    fc.property(fc.oneof(wholeText, anyText), (text) => {
      const encoded = new TextEncoder().encode(text);
      t.deepEqual(utf8(text), [...encoded]);
      t.is(utf8Length(text), encoded.length);
    }),
    { numRuns: 1000 },
  );
});

function short(name: string): string {
  return name.length > 40 ? `${name.slice(0, 8)}… of ${name.length}` : name;
}
