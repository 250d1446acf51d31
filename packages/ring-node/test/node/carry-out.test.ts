import { memoryStore, type Store, type StoreChange, StoreError } from '@coring/file-store';
import type { Message } from '@coring/protocol';
import test from 'ava';
import { CarryOut } from '../../src/node/carry-out.js';
import type { BytesAt, Effect, Input } from '../../src/ring/index.js';

test('what follows a save goes out only when the save is durable, in the order in which it came', async (t) => {
  const { carryOut, done, release } = aCarryOut();
  carryOut.add([said('before'), saved('a'), said('after a')]);
  carryOut.add([said('of a later step')]);
  t.deepEqual(done, ['before']);
  await release();
  t.deepEqual(done, ['before', 'committed a', 'after a', 'of a later step']);
});

test('saves that wait share one commit', async (t) => {
  const { carryOut, done, release } = aCarryOut();
  carryOut.add([saved('a'), said('one')]);
  carryOut.add([saved('b'), said('two')]);
  carryOut.add([saved('c'), said('three')]);
  await release();
  t.deepEqual(done, ['committed a', 'one', 'committed b c', 'two', 'three']);
});

test('a record is unsaved from its save on until that is durable, and for ever where it failed', async (t) => {
  const { carryOut, release } = aCarryOut();
  const unsaved = () => ['a', 'b'].map((key) => carryOut.isUnsaved(key));
  t.deepEqual(unsaved(), [false, false]);
  carryOut.add([saved('a')]);
  t.deepEqual(unsaved(), [true, false]);
  carryOut.add([saved('b')]);
  t.deepEqual(unsaved(), [true, true]);
  await release();
  t.deepEqual(unsaved(), [false, false]);
  const failing = aCarryOut(new Error('no space')).carryOut;
  failing.add([saved('a')]);
  await failing.settled();
  t.true(failing.isUnsaved('a'));
});

test('what is saved lazily is not unsaved, unless it is saved at once too', async (t) => {
  const { carryOut, release } = aCarryOut();
  const lazily: Effect = { ...saved('a'), isLazy: true };
  carryOut.add([lazily]);
  t.false(carryOut.isUnsaved('a'));
  carryOut.add([saved('a'), lazily]);
  t.true(carryOut.isUnsaved('a'));
  await release();
  t.false(carryOut.isUnsaved('a'));
});

test('without a save nothing waits', (t) => {
  const { carryOut, done } = aCarryOut();
  carryOut.add([said('at once')]);
  t.deepEqual(done, ['at once']);
});

test('a lazy save goes with the next one, in its order, and holds nothing back', async (t) => {
  const { carryOut, done, release } = aCarryOut();
  carryOut.add([{ ...saved('lazy'), isLazy: true }, said('at once')]);
  t.deepEqual(done, ['at once']);
  carryOut.add([saved('a'), said('after a')]);
  await release();
  t.deepEqual(done, ['at once', 'committed lazy a', 'after a']);
});

test('a lazy save that nothing follows is made all the same, and before what reads', async (t) => {
  const { carryOut, done, fed, release } = aCarryOut();
  carryOut.add([{ ...saved('last'), isLazy: true }]);
  await release();
  t.deepEqual(done, ['committed last']);
  carryOut.add([{ ...saved('n'), isLazy: true }, { type: 'load', name: 'n' }]);
  t.is(fed.length, 0);
  await release();
  t.deepEqual(done, ['committed last', 'committed n']);
});

test('a load does not wait for saves of other names', async (t) => {
  const { carryOut, done, fed } = aCarryOut();
  carryOut.add([saved('a'), said('after a'), { type: 'load', name: 'n' }]);
  while (fed.length === 0) await new Promise(setImmediate);
  t.like(fed[0], { type: 'loaded', name: 'n' });
  t.deepEqual(done, []);
});

test('a save that fails stops everything behind it and says so', async (t) => {
  const { carryOut, done, failures } = aCarryOut(new Error('no space'));
  carryOut.add([saved('a'), said('never')]);
  await carryOut.settled();
  carryOut.add([said('nor this')]);
  t.deepEqual(done, []);
  t.is(failures.length, 1);
});

test('a load of a name that the store does not know is answered at once', (t) => {
  const { carryOut, fed } = aCarryOut();
  carryOut.add([{ type: 'load', name: 'new' }]);
  t.deepEqual(fed, [{ type: 'loaded', name: 'new', kept: [] }]);
});

test('a load is answered with the record and the versions kept', async (t) => {
  const { carryOut, fed, release } = aCarryOut();
  carryOut.add([saved('n'), { type: 'load', name: 'n' }]);
  await release();
  await Promise.resolve();
  while (fed.length === 0) await new Promise(setImmediate);
  t.like(fed[0], { type: 'loaded', name: 'n', kept: [] });
});

test('bytes go with a message as they are when the step ends, from the staging or from the version that they have become', async (t) => {
  const { carryOut, sent, store, fed } = aCarryOut(undefined, memoryStore());
  const token = store.take(Buffer.from('small'));
  const version = { time: 1, node: 'a'.repeat(32) };
  carryOut.add([{ type: 'save', changes: [{ do: 'keep', name: 'n', version, token }] }, sending({ name: 'n', version, token })]);
  await carryOut.settled();
  carryOut.add([sending({ name: 'n', version, token })]);
  carryOut.add([sending({ name: 'gone', version }), { type: 'load', name: 'n' }]);
  await carryOut.settled();
  t.deepEqual(sent.map((bytes) => bytes && Buffer.from(bytes).toString()), ['small', 'small', undefined]);
  while (fed.length === 0) await new Promise(setImmediate);
  t.like(fed[0], { type: 'loaded', kept: [version] });
});

test('bytes go with an answer as they do with a message', async (t) => {
  const { carryOut, told, store } = aCarryOut(undefined, memoryStore());
  const version = { time: 1, node: 'a'.repeat(32) };
  const token = store.take(Buffer.from('small'));
  const answer = { type: 'answer', ref: 'r', answer: { type: 'failed', code: 'unavailable', message: '' } } as const;
  carryOut.add([{ ...answer, bytes: { name: 'n', version, token } }, { type: 'save', changes: [{ do: 'discard', token }] }]);
  carryOut.add([{ ...answer, bytes: { name: 'n', version, token } }, answer]);
  await carryOut.settled();
  t.deepEqual(told.map((bytes) => bytes && Buffer.from(bytes).toString()), ['small', undefined, undefined]);
});

test('on a disk that is full to the last byte everything waits but failures, messages are lost, and all goes on when there is room', async (t) => {
  const store = delegating(memoryStore());
  let isFull = true;
  const full = { ...store, commit: async (changes: readonly StoreChange[]) => (isFull ? Promise.reject(new StoreError('disk-full', 'no space left')) : store.commit(changes)) };
  const { carryOut, done, failures, sent, told } = aCarryOut(undefined, full);
  const failed = { type: 'answer', ref: 'r', answer: { type: 'failed', code: 'disk-full', message: '' } } as const;
  const absent = { type: 'absent', receipt: { grade: 'strong', copies: 0, wanted: 1, nodes: [], hops: 0, epoch: 1, health: 'whole' } } as const;
  carryOut.add([saved('a'), said('after a')]);
  while (!done.includes('holding')) await new Promise(setImmediate);
  carryOut.add([sending({ name: 'n', version: { time: 1, node: 'a'.repeat(32) } }), failed, { ...failed, answer: absent }, said('later')]);
  t.deepEqual(done, ['holding']);
  t.is(told.length, 1);
  isFull = false;
  await carryOut.settled();
  t.deepEqual(done, ['holding', 'after a', 'later']);
  t.is(told.length, 2);
  t.deepEqual([sent, failures], [[], []]);
  t.true((await store.get('register', 'a')) !== undefined);
});

test('that a condition does not hold is not said before a full disk has what it is about', async (t) => {
  const store = delegating(memoryStore());
  let isFull = true;
  const full = { ...store, commit: async (changes: readonly StoreChange[]) => (isFull ? Promise.reject(new StoreError('disk-full', 'no space left')) : store.commit(changes)) };
  const { carryOut, done, told } = aCarryOut(undefined, full);
  t.teardown(() => carryOut.settled());
  carryOut.add([saved('a')]);
  carryOut.add([said('after a')]);
  while (!done.includes('holding')) await new Promise(setImmediate);
  carryOut.add([{ type: 'answer', ref: 'r', answer: { type: 'failed', code: 'precondition-failed', message: '' } }]);
  t.is(told.length, 0);
  isFull = false;
  await carryOut.settled();
  t.is(told.length, 1);
});

test('a node that ends does not wait for a full disk', async (t) => {
  const full = { ...delegating(memoryStore()), commit: async () => Promise.reject(new StoreError('disk-full', 'no space left')) };
  const { carryOut, done, failures } = aCarryOut(undefined, full);
  carryOut.add([saved('a'), said('never')]);
  await carryOut.settled();
  t.deepEqual(done, []);
  t.deepEqual(failures, []);
  t.true(carryOut.isUnsaved('a'));
});

function sending(bytes: BytesAt): Effect {
  return { type: 'send', address: 'a:1', message: {} as Message, bytes };
}

function saved(key: string): Extract<Effect, { type: 'save' }> {
  return { type: 'save', changes: [{ do: 'put', space: 'register', key, value: { copied: false, branches: [], committed: {} } }] };
}

function said(what: string): Effect {
  return { type: 'event', event: { type: 'warning', what } };
}

/** A store whose commits are let through only by `release`, and hands that write down what they do. */
function aCarryOut(failure?: Error, whole?: Store) {
  const done: string[] = [];
  const fed: Input[] = [];
  const sent: (Uint8Array | undefined)[] = [];
  const told: (Uint8Array | undefined)[] = [];
  const failures: unknown[] = [];
  const records = new Map<string, unknown>();
  const gates: (() => void)[] = [];
  const store: Store = whole ?? {
    ...delegating(memoryStore()),
    async commit(changes: readonly StoreChange[]) {
      if (failure !== undefined) throw failure;
      await new Promise<void>((resolve) => gates.push(resolve));
      for (const change of changes) if (change.do === 'put') records.set(change.key, change.value);
      done.push(`committed ${changes.map((change) => (change.do === 'put' ? change.key : change.do)).join(' ')}`);
    },
  };
  const carryOut = new CarryOut({
    store,
    read: (name, version) => store.read({ name, version }),
    send: (_effect, bytes) => sent.push(bytes),
    fetch: () => undefined,
    abort: () => undefined,
    tell: (effect, bytes) => {
      if (effect.type === 'answer') told.push(bytes);
      if (effect.type === 'event' && effect.event.type === 'warning') done.push(effect.event.what);
    },
    feed: (input) => fed.push(input),
    onHolding: () => done.push('holding'),
    fail: (cause) => failures.push(cause),
  });
  const release = async (): Promise<void> => {
    const settled = carryOut.settled();
    let over = false;
    void settled.then(() => (over = true));
    while (!over) {
      for (const open of gates.splice(0)) open();
      await new Promise(setImmediate);
    }
  };
  return { carryOut, done, fed, failures, records, release, sent, store, told };
}

function delegating(store: Store): Store {
  return {
    get: (space, key) => store.get(space, key),
    commit: (changes) => store.commit(changes),
    records: (space, range) => store.records(space, range),
    names: (space, range) => store.names(space, range),
    knows: (name) => store.knows(name),
    kept: (name) => store.kept(name),
    inBucket: (bucket, range) => store.inBucket(bucket, range),
    stage: (options) => store.stage(options),
    take: (bytes) => store.take(bytes),
    peek: (token) => store.peek(token),
    follow: (token) => store.follow(token),
    read: (what, range) => store.read(what, range),
    digests: () => store.digests(),
    holding: (bucket) => store.holding(bucket),
    heldIn: (bucket) => store.heldIn(bucket),
    figures: () => store.figures(),
    isFull: false,
    close: () => store.close(),
  };
}
