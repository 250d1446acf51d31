import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import test from 'ava';
import { memoryStore, type Store } from '@coring/file-store';
import { Fetching } from '../../src/node/fetching.js';
import type { Links } from '../../src/node/links/links.js';
import type { Effect, Input } from '../../src/ring/index.js';

const content = Buffer.alloc(200_000, 'content');
const digest = createHash('sha256').update(content).digest('hex');
const size = content.length;
const version = { time: 1, node: '0'.repeat(32) };
const aSource = { nodeId: 'a', address: '127.0.0.1:1' };

test('the digest of an upload is computed where it comes in, that of a copy where it arrives', async (t) => {
  const asked: unknown[] = [];
  const store = memoryStore();
  const stage = store.stage.bind(store);
  store.stage = (options) => (asked.push(options), stage(options));
  for (const source of [{ ...aSource, token: 't' }, { ...aSource, version }]) {
    t.like(await fetched(store, aLink(content), { sources: [source], digest, size }), { type: 'fetched', size, digest });
  }
  t.deepEqual(asked, [{ digest: false, mends: false }, { digest: true, mends: false }]);
});

test('what is here already is damaged, and may use what a full disk keeps back', async (t) => {
  const asked: unknown[] = [];
  const store = memoryStore();
  await store.commit([{ do: 'keep', name: 'x', version, token: store.take(Buffer.from('damaged')) }]);
  const stage = store.stage.bind(store);
  store.stage = (options) => (asked.push(options), stage(options));
  await fetched(store, aLink(content), { sources: [{ ...aSource, version }], digest, size });
  t.deepEqual(asked, [{ digest: true, mends: true }]);
});

test('what an upload is, is told with it', async (t) => {
  const store = memoryStore();
  const input = await fetched(store, aLink(content), { sources: [{ ...aSource, token: 't' }] });
  t.like(input, { type: 'fetched', size, digest });
  const opened = await store.read({ token: (input as { token: string }).token });
  t.true(Buffer.concat((await opened!.stream.toArray()) as Buffer[]).equals(content));
});

for (const [how, links, expected] of [
  ['more bytes than announced', aLink(content), { size: size - 1 }],
  ['fewer bytes than it says', aLink(content, { size: size + 1, digest }), {}],
  ['another digest than asked for', aLink(content, { size, digest: '0'.repeat(64) }), { digest }],
] as const) {
  test(`an upload with ${how} is not taken, and nothing of it stays`, async (t) => {
    const store = memoryStore();
    let token = '';
    const stage = store.stage.bind(store);
    store.stage = async (options) => {
      const staging = await stage(options);
      token = staging.token;
      return staging;
    };
    t.like(await fetched(store, links, { ...expected, sources: [{ ...aSource, token: 't' }] }), { type: 'unfetched', code: 'unavailable' });
    t.not(token, '');
    t.is(store.follow(token), undefined);
  });
}

type Wanted = Pick<Extract<Effect, { type: 'fetch' }>, 'sources'> & { readonly size?: number; readonly digest?: string };

function fetched(store: Store, links: Links, wanted: Wanted): Promise<Input> {
  return new Promise((resolve) => {
    new Fetching(store, links, resolve).start({ type: 'fetch', ref: 'f', name: 'x', deadlineMs: 60_000, ...wanted });
  });
}

/** Links to a peer that has these bytes. */
function aLink(bytes: Buffer, whole = { size, digest }): Links {
  const stream = (): Readable => Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);
  return {
    accept: () => undefined,
    send: () => undefined,
    fetch: async () => ({ size: bytes.length, stream: stream() }),
    follow: async () => ({ stream: stream(), whole: Promise.resolve(whole) }),
    close: async () => undefined,
  };
}
