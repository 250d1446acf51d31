import { Readable } from 'node:stream';
import test from 'ava';
import { type ClientError, nodeClient } from '../src/index.js';
import { aFakeNode, etag } from './a-fake-node.js';

for (const when of ['at once', 'in the middle'] as const) {
  test(`R19 an upload that is refused ${when} is broken off, and leaves no connection that stands in it`, async (t) => {
    const a = await aFakeNode(t);
    a.files.set('f', Buffer.from('content'));
    let refuse = (): void => {};
    a.intercept = (request, response) => {
      if (request.method !== 'PUT') return false;
      const body = JSON.stringify({ error: { code: 'precondition-failed', message: 'no' } });
      const begin = (): void => response.writeHead(412, { 'content-length': body.length }).flushHeaders();
      if (when === 'at once') begin();
      else request.once('data', begin);
      refuse = () => void response.end(body);
      return true;
    };
    const chunks = async function* (): AsyncGenerator<Buffer> {
      try {
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 10));
          yield Buffer.alloc(1000);
        }
      } finally {
        setTimeout(() => refuse(), 100);
      }
    };
    const client = nodeClient({ address: a.address, timeoutMs: 4000 });
    t.teardown(() => client.close());
    const error = await t.throwsAsync<ClientError>(client.put('f', { bytes: 10_000_000, open: () => Readable.from(chunks()) }));
    t.is(error?.code, 'precondition-failed');
    for (const { digest } of await Promise.all([1, 2, 3].map(() => client.describe('f')))) t.is(`"${digest}"`, etag(a.files.get('f')!));
  });
}
