import type { ExecutionContext } from 'ava';
import { SMALL_BYTES_MAX, type Store } from '../src/store.js';
import { contentOf, patterned, staged, version } from './putting.js';

/** Of a store, empty at its begin, which is closed at its end. */
export type Fact = (title: string, check: (t: ExecutionContext, store: Store) => Promise<void>) => void;

/** What every store does with what comes in. */
export function uploadFacts(fact: Fact): void {
  fact('bytes are nowhere before they are kept, then under their name and version alone', async (t, store) => {
    const token = await staged(store, Buffer.from('hello'));
    t.is(await contentOf(store, { name: 'a', version: version(1) }), undefined);
    t.is(await contentOf(store, { token }), 'hello');
    await store.commit([{ do: 'keep', name: 'a', version: version(1), token }]);
    t.is(await contentOf(store, { name: 'a', version: version(1) }), 'hello');
    t.is(await contentOf(store, { name: 'a', version: version(2) }), undefined);
    t.is(await contentOf(store, { name: 'b', version: version(1) }), undefined);
    t.is(await contentOf(store, { token }), undefined);
  });

  fact('an upload that is not sealed cannot be read or kept', async (t, store) => {
    const staging = await store.stage();
    await staging.write(Buffer.from('half'));
    t.is(await contentOf(store, { token: staging.token }), undefined);
    await t.throwsAsync(store.commit([{ do: 'keep', name: 'a', version: version(1), token: staging.token }]), { code: 'no-such-token' });
    await staging.discard();
    await staging.discard();
    await t.throwsAsync(staging.write(Buffer.from('more')), { code: 'no-such-token' });
    await t.throwsAsync(staging.seal(), { code: 'no-such-token' });
  });

  fact('a discarded upload is gone, also after its seal', async (t, store) => {
    const staging = await store.stage();
    await staging.seal();
    await staging.discard();
    t.is(await store.read({ token: staging.token }), undefined);
    const token = await staged(store, Buffer.from('x'));
    await store.commit([{ do: 'discard', token }]);
    await store.commit([{ do: 'discard', token }]);
    t.is(await store.read({ token }), undefined);
  });

  fact('bytes at hand are staged at once, like written and sealed ones', async (t, store) => {
    const token = store.take(Buffer.from('hello'));
    t.is(Buffer.from(store.peek(token)!).toString(), 'hello');
    t.is(await contentOf(store, { token }), 'hello');
    await store.commit([{ do: 'keep', name: 'a', version: version(1), token }]);
    t.is(store.peek(token), undefined);
    t.is(await contentOf(store, { name: 'a', version: version(1) }), 'hello');
    t.throws(() => store.take(Buffer.alloc(SMALL_BYTES_MAX + 1)), { instanceOf: RangeError });
    const unwanted = store.take(Buffer.alloc(SMALL_BYTES_MAX));
    await store.commit([{ do: 'discard', token: unwanted }]);
    t.is(store.peek(unwanted), undefined);
  });

  fact('staged bytes can be looked at where they are sealed and small', async (t, store) => {
    const open = await store.stage();
    await open.write(Buffer.from('hel'));
    t.is(store.peek(open.token), undefined);
    await open.write(Buffer.from('lo'));
    await open.seal();
    t.is(Buffer.from(store.peek(open.token)!).toString(), 'hello');
    t.is(store.peek(await staged(store, patterned(SMALL_BYTES_MAX + 4))), undefined);
    t.is(store.peek('unknown'), undefined);
  });

  fact('who needs no digest gets none', async (t, store) => {
    const staging = await store.stage({ digest: false });
    await staging.write(Buffer.from('x'));
    t.deepEqual(await staging.seal(), { size: 1, digest: '' });
  });

  for (const size of [0, 10, SMALL_BYTES_MAX, 1_000_003]) {
    fact(`an upload of ${size} bytes is followed from its begin to its seal, by several at their own pace`, async (t, store) => {
      const content = patterned(size);
      const staging = await store.stage();
      const early = store.follow(staging.token)!.toArray() as Promise<Buffer[]>;
      const half = size >> 1;
      await staging.write(content.subarray(0, half));
      const late = store.follow(staging.token)!;
      for (let at = half; at < size; at += 50_000) await staging.write(content.subarray(at, at + 50_000));
      await staging.seal();
      t.true(Buffer.concat(await early).equals(content));
      const afterwards = store.follow(staging.token)!;
      await store.commit([{ do: 'keep', name: 'a', version: version(1), token: staging.token }]);
      t.is(store.follow(staging.token), undefined);
      await store.commit([{ do: 'drop', name: 'a', version: version(1) }]);
      t.true(Buffer.concat((await late.toArray()) as Buffer[]).equals(content));
      t.true(Buffer.concat((await afterwards.toArray()) as Buffer[]).equals(content));
    });
  }

  fact('who follows an upload that is discarded hears of it', async (t, store) => {
    const staging = await store.stage();
    await staging.write(patterned(100_000));
    const followed = store.follow(staging.token)!;
    const first = (await followed.iterator({ destroyOnReturn: false }).next()) as { value: Buffer };
    t.true(first.value.length > 0);
    const rest = followed.toArray();
    await staging.discard();
    await t.throwsAsync(rest, { code: 'no-such-token' });
    t.is(store.follow(staging.token), undefined);
    t.is(store.follow('unknown'), undefined);
  });

  fact('who stops following while nothing comes is let go at once', async (t, store) => {
    const staging = await store.stage();
    const followed = store.follow(staging.token)!;
    followed.resume();
    await new Promise((resolve) => setImmediate(resolve));
    const closed = new Promise((resolve) => followed.once('close', resolve));
    followed.destroy();
    await closed;
    await staging.write(Buffer.from('goes on'));
    t.is((await staging.seal()).size, 7);
  });
}
