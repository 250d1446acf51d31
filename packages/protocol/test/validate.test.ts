import test from 'ava';
import * as fc from 'fast-check';
import type { LinkFrame } from '../src/index.js';
import { asLinkFrame, asMessage, parseJson, ProtocolError } from '../src/validate.js';
import { examples, isLinkFrame } from './an-example.js';

const messages = examples().filter((example) => !isLinkFrame(example));
const ping = messages.find(({ data }) => data.type === 'PING')!.data;

test('text that is not JSON is told apart', (t) => {
  t.deepEqual(parseJson('{"a":[1]}'), { a: [1] });
  for (const text of ['', '{', 'undefined', '{"a":1}x']) t.throws(() => parseJson(text), { instanceOf: ProtocolError, code: 'not-json' });
});

test('what is no object with a type has the wrong shape', (t) => {
  for (const data of [null, undefined, 1, 'PING', [], [ping], {}, { type: 1 }, { ...ping, type: ['PING'] }]) t.throws(() => asMessage(data), { code: 'wrong-shape' });
});

test('an unknown type is told apart, also one that every object inherits', (t) => {
  for (const type of ['PONG', '', 'ping', 'toString', '__proto__', 'HELLO']) t.throws(() => asMessage({ ...ping, type }), { code: 'unknown-type' });
});

test('another protocol version is told apart before the shape is looked at', (t) => {
  for (const v of [0, 2, '1', null, undefined]) t.throws(() => asMessage({ type: 'PING', v }), { code: 'unsupported-version' });
});

test('a message without any one of its required fields is refused', (t) => {
  for (const field of ['id', 'from', 'incarnation', 'clock', 'rosterDigest', 'epoch', 'news', 'accusations']) {
    const { [field]: _, ...rest } = structuredClone(ping);
    t.throws(() => asMessage(rest), { code: 'wrong-shape' }, field);
  }
});

test('values out of bounds are refused', (t) => {
  const wrong = { id: '', from: 'a'.repeat(31), to: 'A'.repeat(32), incarnation: -1, clock: 2 ** 53, epoch: 1.5, rosterDigest: 'xyz', news: {}, accusations: [{}] };
  for (const [field, value] of Object.entries(wrong)) t.throws(() => asMessage({ ...structuredClone(ping), [field]: value }), { code: 'wrong-shape' }, field);
});

test('fields that are not known are dropped, however deep', (t) => {
  for (const { data } of messages) {
    const newer = withUnknownFields(data) as Record<string, unknown>;
    t.deepEqual(asMessage(newer) as unknown, data, data.type);
  }
});

test('a link frame that was not expected is refused', (t) => {
  const hello = examples().find(({ data }) => data.type === 'HELLO')!.data;
  t.is(asLinkFrame(structuredClone(hello), 'HELLO', 'CLOSE').type, 'HELLO');
  t.throws(() => asLinkFrame(structuredClone(hello), 'PROOF', 'CLOSE'), { code: 'unknown-type' });
  t.throws(() => asLinkFrame({ ...hello, nonce: 'short' }, 'HELLO'), { code: 'wrong-shape' });
});

test('whatever JSON comes, a guard accepts it or throws a ProtocolError', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...messages.map(({ data }) => data.type), 'nothing'), (value, type) => {
      settles(t, () => asMessage(value));
      settles(t, () => asMessage({ ...(typeof value === 'object' ? value : { value }), type, v: 1 }));
    }),
    { numRuns: 1000 },
  );
});

test('whatever is changed in an example, a guard accepts it or throws a ProtocolError', (t) => {
  const all = examples();
  fc.assert(
    fc.property(fc.nat(all.length - 1), fc.nat(), fc.oneof(fc.jsonValue(), fc.constant(undefined)), (which, place, value) => {
      const example = all[which]!;
      const changed = withValueAt(structuredClone(example.data), place, value);
      settles(t, () => (isLinkFrame(example) ? asLinkFrame(changed, example.data.type as LinkFrame['type']) : asMessage(changed)));
    }),
    { numRuns: 2000 },
  );
});

function settles(t: { pass(): void; true(value: boolean, message: string): void }, guard: () => unknown): void {
  try {
    guard();
    t.pass();
  } catch (cause) {
    t.true(cause instanceof ProtocolError, String(cause));
  }
}

function withUnknownFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownFields);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withUnknownFields(inner)] as const);
  // The keys of a version vector are nodes: it has no fields.
  const isVector = entries.every(([key]) => /^[0-9a-f]{32}$/.test(key));
  return Object.fromEntries(isVector ? entries : [...entries, ['fromTheFuture', { a: 1 }]]);
}

/** The value with its `place`th inner value, counted around, put in place of another; undefined removes it. */
function withValueAt(data: object, place: number, value: unknown): object {
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const visit = (holder: object): void => {
    for (const [key, inner] of Object.entries(holder)) {
      places.push({ holder: holder as Record<string, unknown>, key });
      if (typeof inner === 'object' && inner !== null) visit(inner);
    }
  };
  visit(data);
  const { holder, key } = places[place % places.length]!;
  if (value === undefined) delete holder[key];
  else holder[key] = value;
  return data;
}
