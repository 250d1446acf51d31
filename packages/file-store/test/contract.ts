import { createHash } from 'node:crypto';
import type { TestFn } from 'ava';
import { bucketOf, formatStamp } from '@coring/protocol';
import type { Store } from '../src/store.js';
import { contentOf, patterned, put, staged, version } from './putting.js';
import { type Fact, uploadFacts } from './upload-contract.js';

const everything = { prefix: '', after: '', limit: 1000 };

/** What every store does, whatever it is made of. `open` gives an empty one; the test closes it. */
export function storeContract(test: TestFn, kind: string, open: () => Promise<Store>): void {
  const fact: Fact = (title, check) => {
    test(`${kind}: ${title}`, async (t) => {
      const store = await open();
      try {
        await check(t, store);
      } finally {
        await store.close();
      }
    });
  };

  uploadFacts(fact);

  fact('a record that was never put is undefined', async (t, store) => {
    t.is(await store.get('ring', 'self'), undefined);
  });

  fact('a record is what was put last, a deleted one is gone', async (t, store) => {
    await store.commit([
      { do: 'put', space: 'ring', key: 'self', value: { a: [1, null, 'ä\n'] } },
      { do: 'put', space: 'ring', key: 'other', value: 1 },
      { do: 'delete', space: 'ring', key: 'other' },
      { do: 'put', space: 'files', key: 'self', value: 'same key, another space' },
    ]);
    t.deepEqual(await store.get('ring', 'self'), { a: [1, null, 'ä\n'] });
    t.is(await store.get('ring', 'other'), undefined);
    t.is(await store.get('files', 'self'), 'same key, another space');
  });

  fact('a value is as it was at the commit, whatever is done to it later', async (t, store) => {
    const value = { count: 1 };
    const committed = store.commit([{ do: 'put', space: 'ring', key: 'self', value }]);
    value.count = 2;
    await committed;
    ((await store.get('ring', 'self')) as typeof value).count = 3;
    t.deepEqual(await store.get('ring', 'self'), { count: 1 });
  });

  fact('records come in the order of UTF-8 bytes, by prefix, after a key, up to a limit', async (t, store) => {
    const keys = ['b', 'a/2', 'a/10', 'a', '\u{1f600}', '\uff61', 'é', 'a/1'];
    await store.commit(keys.map((key) => ({ do: 'put', space: 'files', key, value: key.length })));
    t.deepEqual(await store.names('files', everything), ['a', 'a/1', 'a/10', 'a/2', 'b', 'é', '\uff61', '\u{1f600}']);
    t.deepEqual(await store.names('files', { prefix: 'a/', after: '', limit: 2 }), ['a/1', 'a/10']);
    t.deepEqual(await store.names('files', { prefix: 'a/', after: 'a/10', limit: 9 }), ['a/2']);
    t.deepEqual(await store.names('files', { prefix: 'a/', after: 'b', limit: 9 }), []);
    t.deepEqual(await store.names('nothing', everything), []);
    t.deepEqual(await store.records('files', { prefix: 'é', after: '', limit: 9 }), [{ key: 'é', value: 1 }]);
  });

  fact('a commit with an unknown token changes nothing', async (t, store) => {
    const token = await staged(store, Buffer.from('x'));
    const commit = store.commit([
      { do: 'put', space: 'files', key: 'a', value: 1 },
      { do: 'keep', name: 'a', version: version(1), token },
      { do: 'keep', name: 'b', version: version(1), token: 'unknown' },
    ]);
    await t.throwsAsync(commit, { code: 'no-such-token' });
    t.is(await store.get('files', 'a'), undefined);
    t.deepEqual(store.kept('a'), []);
    t.is(await contentOf(store, { token }), 'x');
    await t.throwsAsync(
      store.commit([
        { do: 'keep', name: 'a', version: version(1), token },
        { do: 'keep', name: 'b', version: version(1), token },
      ]),
      { code: 'no-such-token' },
    );
    await store.commit([{ do: 'keep', name: 'a', version: version(1), token }]);
    t.is(await contentOf(store, { name: 'a', version: version(1) }), 'x');
  });

  fact('versions of a name stand side by side; dropping one leaves the others', async (t, store) => {
    await put(store, 'a', 2, 'two');
    await put(store, 'a', 1, 'one');
    t.deepEqual(store.kept('a'), [version(1), version(2)]);
    await store.commit([{ do: 'drop', name: 'a', version: version(1) }]);
    t.deepEqual(store.kept('a'), [version(2)]);
    t.is(await store.read({ name: 'a', version: version(1) }), undefined);
    t.is(await contentOf(store, { name: 'a', version: version(2) }), 'two');
    await store.commit([{ do: 'drop', name: 'a', version: version(9) }]);
  });

  fact('keeping a version anew replaces its bytes, dropping and keeping in one commit too', async (t, store) => {
    await put(store, 'a', 1, 'first');
    await put(store, 'a', 1, 'again');
    t.is(await contentOf(store, { name: 'a', version: version(1) }), 'again');
    const token = await staged(store, Buffer.from('third'));
    await store.commit([
      { do: 'drop', name: 'a', version: version(1) },
      { do: 'keep', name: 'a', version: version(1), token },
    ]);
    t.is(await contentOf(store, { name: 'a', version: version(1) }), 'third');
    t.like(await store.figures(), { files: 1, bytes: 5 });
  });

  fact('commits of one turn are carried out in the order of the calls', async (t, store) => {
    const tokens = await Promise.all(['one', 'two', 'three'].map((text) => staged(store, Buffer.from(text))));
    const a = { name: 'a', version: version(1) };
    await Promise.all([
      store.commit([{ do: 'keep', ...a, token: tokens[0]! }, { do: 'put', space: 's', key: 'k', value: 1 }]),
      store.commit([{ do: 'drop', ...a }]),
      store.commit([{ do: 'keep', ...a, token: tokens[1]! }, { do: 'keep', name: 'a', version: version(2), token: tokens[2]! }]),
      store.commit([{ do: 'drop', name: 'a', version: version(2) }, { do: 'put', space: 's', key: 'k', value: 2 }]),
    ]);
    t.is(await contentOf(store, a), 'two');
    t.deepEqual(store.kept('a'), [version(1)]);
    t.is(await store.get('s', 'k'), 2);
  });

  fact('registers are listed by bucket, in pages', async (t, store) => {
    const bucket = bucketOf('one');
    const fellow = Array.from({ length: 100_000 }, (_, number) => `fellow ${number}`).filter((name) => bucketOf(name) === bucket);
    const names = ['one', ...fellow].sort();
    await store.commit(['elsewhere', ...names].map((key) => ({ do: 'put', space: 'register', key, value: key.length })));
    await store.commit([{ do: 'put', space: 'ring', key: 'one', value: 'another space' }]);
    const found: string[] = [];
    for (;;) {
      const page = await store.inBucket(bucket, { after: found.at(-1) ?? '', limit: 2 });
      found.push(...page.map(({ key }) => key));
      for (const { key, value } of page) t.is(value, key.length);
      if (page.length < 2) break;
    }
    t.deepEqual(found, names);
    await store.commit(names.map((key) => ({ do: 'delete', space: 'register', key })));
    t.deepEqual(await store.inBucket(bucket, { after: '', limit: 9 }), []);
  });

  fact('a name is known as soon as there is a register or bytes of it, until neither is there', async (t, store) => {
    t.false(store.knows('a'));
    await store.commit([{ do: 'put', space: 'ring', key: 'a', value: 1 }]);
    t.false(store.knows('a'));
    await store.commit([{ do: 'put', space: 'register', key: 'a', value: 1 }]);
    t.true(store.knows('a'));
    await put(store, 'a', 1, 'hello');
    await store.commit([{ do: 'delete', space: 'register', key: 'a' }]);
    t.true(store.knows('a'));
    await store.commit([{ do: 'drop', name: 'a', version: version(1) }]);
    t.false(store.knows('a'));
  });

  fact('small content is at hand, also a part of it', async (t, store) => {
    await put(store, 'a', 1, 'hello');
    const a1 = { name: 'a', version: version(1) };
    t.is((await store.read(a1))!.bytes!.toString(), 'hello');
    const part = (await store.read(a1, { start: 1, end: 3 }))!;
    t.deepEqual([part.size, part.bytes!.toString()], [5, 'el']);
  });

  for (const size of [0, 1, 65_535, 65_536, 65_537, 1_000_003, 1_048_576, 3_000_001]) {
    fact(`content of ${size} bytes comes back whole, with its size and sha-256`, async (t, store) => {
      const content = patterned(size);
      const staging = await store.stage();
      for (let at = 0; at < size; at += 50_000) await staging.write(content.subarray(at, at + 50_000));
      t.deepEqual(await staging.seal(), { size, digest: createHash('sha256').update(content).digest('hex') });
      await store.commit([{ do: 'keep', name: 'a', version: version(1), token: staging.token }]);
      const opened = (await store.read({ name: 'a', version: version(1) }))!;
      t.is(opened.size, size);
      t.true(Buffer.concat((await opened.stream.toArray()) as Buffer[]).equals(content));
    });
  }

  fact('a range gives those bytes and the size of the whole', async (t, store) => {
    const content = patterned(2_600_000);
    const token = await staged(store, content);
    for (const [start, end] of [[0, 1], [65_535, 65_537], [5, 5], [1_048_575, 2_097_153], [2_599_999, 2_600_000], [100, 9_000_000]] as const) {
      const opened = (await store.read({ token }, { start, end }))!;
      t.is(opened.size, 2_600_000);
      t.true(Buffer.concat((await opened.stream.toArray()) as Buffer[]).equals(content.subarray(start, end)), `${start} to ${end}`);
    }
    const small = await staged(store, content.subarray(0, 200_000));
    const opened = (await store.read({ token: small }, { start: 70_000, end: 140_000 }))!;
    t.true(Buffer.concat((await opened.stream.toArray()) as Buffer[]).equals(content.subarray(70_000, 140_000)));
  });

  fact('a stream that was opened goes on after its bytes are dropped', async (t, store) => {
    const content = patterned(3_000_000);
    await store.commit([{ do: 'keep', name: 'a', version: version(1), token: await staged(store, content) }]);
    const opened = (await store.read({ name: 'a', version: version(1) }))!;
    await store.commit([{ do: 'drop', name: 'a', version: version(1) }]);
    t.true(Buffer.concat((await opened.stream.toArray()) as Buffer[]).equals(content));
  });

  fact('equal contents give equal digests, in whatever order they came', async (t, store) => {
    t.is(store.digests().size, 0);
    await put(store, 'a', 1, 'x');
    const alone = [...store.digests()];
    t.is(alone.length, 1);
    t.regex(alone[0]![1], /^[0-9a-f]{32}$/);
    await put(store, 'b', 2, 'y');
    await put(store, 'a', 3, 'z');
    t.notDeepEqual([...store.digests()], alone);
    await store.commit([{ do: 'drop', name: 'a', version: version(1) }]);
    await store.commit([{ do: 'drop', name: 'b', version: version(2) }]);
    await put(store, 'a', 1, 'x');
    await store.commit([{ do: 'drop', name: 'a', version: version(3) }]);
    t.deepEqual([...store.digests()], alone);
  });

  fact('what is held is told by the bucket: names that have bytes, with their versions', async (t, store) => {
    await put(store, 'a', 2, 'x');
    await put(store, 'a', 1, 'y');
    await put(store, 'b', 1, 'z');
    await store.commit([{ do: 'put', space: 'register', key: 'c', value: 'a record alone' }]);
    const held = ['a', 'b', 'c'].map((name) => store.heldIn(bucketOf(name)).filter((one) => one.name === name));
    t.deepEqual(held, [[{ name: 'a', versions: [version(1), version(2)].map(formatStamp) }], [{ name: 'b', versions: [formatStamp(version(1))] }], []]);
    await store.commit([{ do: 'drop', name: 'b', version: version(1) }]);
    t.deepEqual(store.heldIn(bucketOf('b')), []);
    t.deepEqual(['a', 'b', 'c'].map((name) => store.holding(bucketOf(name))?.names), [1, undefined, undefined]);
    t.deepEqual(store.holding(bucketOf('a')), { names: 1, digest: store.digests().get(bucketOf('a'))! });
  });

  fact('figures count names with bytes, and the bytes of all versions', async (t, store) => {
    await put(store, 'a', 1, 'xx');
    await put(store, 'a', 2, 'yyy');
    await put(store, 'b', 1, '');
    const { files, bytes, freeBytes } = await store.figures();
    t.deepEqual([files, bytes], [2, 5]);
    t.true(freeBytes > 0);
  });

  fact('any name can be kept: it never becomes a path', async (t, store) => {
    for (const name of ['../../etc/passwd', '/', '.', 'a/b', 'x'.repeat(1024), 'CON', 'naïve\u{1f600}', 'a\\b']) {
      await put(store, name, 1, name);
      t.is(await contentOf(store, { name, version: version(1) }), name);
    }
  });

  test(`${kind}: a closed store says so`, async (t) => {
    const store = await open();
    const committed = store.commit([{ do: 'put', space: 's', key: 'k', value: 1 }]);
    await store.close();
    await store.close();
    await committed;
    await t.throwsAsync(store.get('s', 'k'), { code: 'closed' });
    await t.throwsAsync(store.commit([]), { code: 'closed' });
    await t.throwsAsync(store.stage(), { code: 'closed' });
  });
}
