import test from 'ava';
import { type LinkFrame, linkSchemas, messageSchemas } from '../src/index.js';
import { asLinkFrame, asMessage } from '../src/validate.js';
import { allTypes, examples, isLinkFrame } from './an-example.js';

test('every message and link frame has an example', (t) => {
  t.deepEqual([...new Set(examples().map(({ data }) => data.type))].sort(), [...allTypes].sort());
});

test('the schemas stand under the types they describe', (t) => {
  for (const [type, schema] of Object.entries({ ...messageSchemas, ...linkSchemas })) t.is<string, string>(schema.properties.type.const, type);
});

for (const example of examples()) {
  test(`the ${example.data.type} of ${example.file} is valid, and each of its fields is known`, (t) => {
    const given = structuredClone(example.data);
    const got = isLinkFrame(example) ? asLinkFrame(given, example.data.type as LinkFrame['type']) : asMessage(given);
    t.deepEqual(got as unknown, example.data);
  });
}

for (const type of allTypes) {
  test(`the examples of ${type} together show every field that its schema has`, (t) => {
    const schema = { ...messageSchemas, ...linkSchemas }[type as keyof typeof messageSchemas];
    // A joiner knows neither whom it asks nor its ring.
    const absent = type === 'JOIN' ? ['to', 'ringId'] : [];
    const shown = examples().flatMap(({ data }) => (data.type === type ? Object.keys(data) : []));
    t.deepEqual([...new Set(shown)].sort(), Object.keys(schema.properties).filter((key) => !absent.includes(key)).sort());
  });
}
