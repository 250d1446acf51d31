import test from 'ava';
import { contentOf, nodeClient } from '../src/index.js';
import { aFakeNode } from './a-fake-node.js';

test.serial('R19 a client that goes on for long learns of nodes that come later, also where the named one is gone', async (t) => {
  const [a, b, c] = await Promise.all([aFakeNode(t), aFakeNode(t), aFakeNode(t)]);
  a.peers.push(b.address);
  b.peers.push(a.address);
  const client = nodeClient({ address: a.address });
  t.teardown(() => client.close());
  await client.ring();
  const { now } = performance;
  t.teardown(() => void (performance.now = now));
  let laterMs = 0;
  performance.now = () => now.call(performance) + laterMs;
  await a.stop();
  await client.put('f', contentOf('one'));
  t.is(String(b.files.get('f')), 'one');
  b.peers.splice(0, 1, c.address);
  laterMs = 61_000;
  for (let i = 0; i < 2; i++) await client.ring();
  await b.stop();
  await client.put('f', contentOf('two'));
  t.is(String(c.files.get('f')), 'two');
});
