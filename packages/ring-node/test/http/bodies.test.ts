import { conflictsBodySchema, errorBodySchema, listBodySchema, ringBodySchema } from '@coring/protocol';
import { fits } from '@coring/protocol/validate';
import test from 'ava';
import { aConflict } from './a-fake-node.js';
import { aServer } from './a-server.js';

for (const [path, schema] of [
  ['/files/', listBodySchema],
  ['/files/?limit=1', listBodySchema],
  ['/files/?conflicts', listBodySchema],
  ['/files/a?conflicts', conflictsBodySchema],
  ['/files/c?conflicts', conflictsBodySchema],
  ['/ring', ringBodySchema],
  ['/files/missing', errorBodySchema],
  ['/files/a//b', errorBodySchema],
  ['/nowhere', errorBodySchema],
  ['/files/?limit=0', errorBodySchema],
] as const) {
  test(`the body of ${path} has the protocol's shape and nothing besides`, async (t) => {
    const { url, node } = await aServer(t);
    node.keep('a', Buffer.from('current'), { conflicts: [aConflict(Buffer.from('other'), 1_780_000_000_000_000)] });
    node.keep('b', Buffer.of());
    node.keep('c', Buffer.of(), { deleted: true, conflicts: [aConflict(Buffer.from('other'), 1_780_000_000_000_000)] });
    const body: unknown = await (await fetch(url + path)).json();
    const checked = structuredClone(body);
    t.is(fits(schema, checked), undefined);
    // Checking takes away what the shape does not name.
    t.deepEqual(checked, body);
  });
}
