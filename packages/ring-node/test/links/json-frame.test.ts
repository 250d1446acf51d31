import { ProtocolError } from '@coring/protocol/validate';
import test from 'ava';
import { parseFrame } from '../../src/node/links/json-frame.js';

test('a frame holds one JSON value', (t) => {
  t.deepEqual(parseFrame(Buffer.from('{"a":[1,"ü"]}')), { a: [1, 'ü'] });
  t.is(t.throws(() => parseFrame(Buffer.from('{"a":1}{')), { instanceOf: ProtocolError })?.code, 'not-json');
});

test('bytes that are not UTF-8 are not read as something else', (t) => {
  t.is(t.throws(() => parseFrame(Buffer.from([0x22, 0xc0, 0x80, 0x22])), { instanceOf: ProtocolError })?.code, 'not-json');
});

test('JSON nested deeper than 32 is not parsed', (t) => {
  const nested = (depth: number): Buffer => Buffer.from('[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2));
  t.notThrows(() => parseFrame(nested(32)));
  t.throws(() => parseFrame(nested(34)), { instanceOf: ProtocolError });
  t.notThrows(() => parseFrame(Buffer.from(`[${'[],'.repeat(100)}[]]`)));
});

test('brackets in texts do not count, however they are escaped', (t) => {
  for (const text of ['['.repeat(100), `\\"${'{'.repeat(100)}`, `\\\\\\"${'['.repeat(100)}`, `"\\${'['.repeat(50)}`]) {
    t.is(parseFrame(Buffer.from(JSON.stringify(text))), text);
  }
  const hidden = JSON.stringify(['\\']).slice(0, -1) + `,${'['.repeat(40)}${']'.repeat(40)}]`;
  t.throws(() => parseFrame(Buffer.from(hidden)), { instanceOf: ProtocolError });
});
