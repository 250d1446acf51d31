import test from 'ava';
import fc from 'fast-check';
import { between, FIRST_POSITION } from '../../src/ring/membership/position.js';

const SHAPE = /^[0-9A-Za-z]{1,120}$/;

test('A position lies between the two that it was asked for, whatever came before', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 120 }), (choices) => {
      const order = [FIRST_POSITION];
      for (const choice of choices) {
        const at = choice % order.length;
        const position = between(order[at]!, order[at + 1]);
        t.regex(position, SHAPE);
        t.true(position > order[at]! && (order[at + 1] === undefined || position < order[at + 1]!));
        order.splice(at + 1, 0, position);
      }
    }),
    { numRuns: 50 },
  );
});

test('A thousand nodes that join one after the other, each at the last, get short positions', (t) => {
  let last = FIRST_POSITION;
  for (let i = 0; i < 1_000; i++) {
    const next = between(last, undefined);
    t.true(next > last && next.length <= 4);
    last = next;
  }
});

test('A thousand nodes that join at the same node get positions within the limit', (t) => {
  let before = between(FIRST_POSITION, undefined);
  for (let i = 0; i < 1_000; i++) {
    const position = between(FIRST_POSITION, before);
    t.true(position > FIRST_POSITION && position < before && position.length <= 40);
    before = position;
  }
});

test('When a gap is used up the position is that of the node named, for the nodeId to settle', (t) => {
  t.is(between('V', 'V'), 'V');
  t.is(between('W', 'V'), 'W');
  t.is(between('V', `V${'0'.repeat(119)}1`), 'V');
  t.is(between('z'.repeat(120), undefined), 'z'.repeat(120));
});

test('The end of the key space is not the end of the ring', (t) => {
  const position = between('zzzz', undefined);
  t.true(position > 'zzzz');
  t.regex(position, SHAPE);
});
