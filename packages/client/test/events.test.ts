import test from 'ava';
import { nodeClient } from '../src/index.js';
import { aFakeNode } from './a-fake-node.js';

test('a client is told of the whole ring, or of some types of events, where it wants that', async (t) => {
  const node = await aFakeNode(t);
  const client = nodeClient({ address: node.address });
  t.teardown(() => client.close());
  for (const wanted of [undefined, {}, { ring: true }, { types: ['put', 'load'] }, { ring: true, types: ['check'] }] as const) {
    const enough = new AbortController();
    for await (const { type } of client.events(enough.signal, wanted)) if (type === 'member') enough.abort();
  }
  t.deepEqual(node.asked.filter((asked) => asked.includes('/events')), ['/events', '/events', '/events?ring=', '/events?types=put%2Cload', '/events?ring=&types=check'].map((path) => `GET ${path}`));
});

test('a client asks how many copies there are', async (t) => {
  const node = await aFakeNode(t);
  const client = nodeClient({ address: node.address });
  t.teardown(() => client.close());
  t.deepEqual(await client.copies(), { wanted: 3, files: 7, byCopies: { 3: 6, 1: 1 }, partial: false });
});
