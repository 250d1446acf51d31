import test from 'ava';
import * as fc from 'fast-check';
import { compareStamps, formatStamp, parseStamp } from '../src/index.js';

const stamp = fc.record({ time: fc.nat(Number.MAX_SAFE_INTEGER), node: fc.stringMatching(/^[0-9a-f]{32}$/) });

test('a stamp comes back from its text', (t) => {
  fc.assert(
    fc.property(stamp, (one) => {
      t.deepEqual(parseStamp(formatStamp(one)), one);
    }),
  );
});

test('a stamp looks as in Coring-Version', (t) => {
  t.is(formatStamp({ time: 1_790_000_000_000_000, node: '0f'.repeat(16) }), `1790000000000000-${'0f'.repeat(16)}`);
});

test('other texts are no stamps', (t) => {
  const node = '0f'.repeat(16);
  const nodes = [`${node}0`, node.slice(1), node.toUpperCase(), `${node}\n`].map((wrong) => `1-${wrong}`);
  const times = ['', '-1', '1.5', '9999999999999999', '12345678901234567', ' 1'].map((wrong) => `${wrong}-${node}`);
  for (const text of ['', '-', ...nodes, ...times]) t.is(parseStamp(text), undefined, JSON.stringify(text));
});

test('stamps are ordered by time, then by node, and none is below all', (t) => {
  const [a, b] = ['0a'.repeat(16), '0b'.repeat(16)];
  t.true(compareStamps({ time: 1, node: b }, { time: 2, node: a }) < 0);
  t.true(compareStamps({ time: 1, node: a }, { time: 1, node: b }) < 0);
  t.is(compareStamps({ time: 1, node: a }, { time: 1, node: a }), 0);
  t.true(compareStamps(undefined, { time: 0, node: a }) < 0);
  t.true(compareStamps({ time: 0, node: a }, undefined) > 0);
  t.is(compareStamps(undefined, undefined), 0);
});
