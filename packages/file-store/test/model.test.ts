import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import * as fc from 'fast-check';
import { openFileStore, type Store, type StoreChange, StoreError } from '../src/index.js';
import { contentOf, staged, version } from './putting.js';
import { CrashingFiles } from './crashing-files.js';

const name = fc.constantFrom('a', 'b', 'ä/c');
const time = fc.integer({ min: 1, max: 2 });
const change = fc.oneof(
  fc.record({ do: fc.constant('put' as const), key: name, value: fc.jsonValue({ maxDepth: 1 }) }),
  fc.record({ do: fc.constant('delete' as const), key: name }),
  fc.record({ do: fc.constant('keep' as const), name, time }),
  fc.record({ do: fc.constant('drop' as const), name, time }),
);
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

/** Commits that are called in one turn; then, perhaps, a crash some operations on. */
const round = fc.record({
  commits: fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
  crash: fc.option(
    fc.record({
      operationsOn: fc.nat(30),
      how: fc.constantFrom('kill', 'power', 'ragged'),
      chances: fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
    }),
    { freq: 2 },
  ),
});

/** What is promised, as plain as it can be said. */
interface Model {
  readonly records: ReadonlyMap<string, unknown>;
  readonly bytes: ReadonlyMap<string, string>;
}

test('whatever is committed and wherever it crashes, a store holds all acknowledged commits, then perhaps the next ones', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 6 }), async (rounds) => {
      let files = new CrashingFiles();
      let store = await openOn(files);
      let model: Model = { records: new Map(), bytes: new Map() };
      for (const { commits, crash } of rounds) {
        if (crash !== null) files.cutBefore = files.done + crash.operationsOn;
        const possible = [model];
        let acknowledged = 0;
        try {
          const prepared: StoreChange[][] = [];
          for (const changes of commits) {
            prepared.push(await Promise.all(changes.map((one) => storeChange(store, one))));
            possible.push(applied(possible.at(-1)!, changes));
          }
          const outcomes = await Promise.allSettled(prepared.map((changes) => store.commit(changes)));
          acknowledged = outcomes.filter(({ status }) => status === 'fulfilled').length;
          for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
        } catch (cause) {
          if (crash === null || !(cause instanceof StoreError && cause.code === 'disk-failed')) throw cause;
        }
        if (crash !== null) {
          const random = (): number => crash.chances.next().value as number;
          files = { kill: () => files.afterKill(), power: () => files.afterPowerCut(), ragged: () => files.afterRaggedPowerCut(random) }[crash.how]();
          store = await openOn(files);
        }
        const found = await contentsOf(store);
        const held = possible.findLastIndex((one) => isDeepStrictEqual(one, found));
        t.true(held >= acknowledged, `holds the first ${held} of ${commits.length} commits, ${acknowledged} were acknowledged`);
        model = found;
      }
    }),
    { numRuns: 150 },
  );
});

async function openOn(files: CrashingFiles): Promise<Store> {
  return (await openFileStore('/data', { files })).store;
}

async function storeChange(store: Store, one: Change): Promise<StoreChange> {
  switch (one.do) {
    case 'put':
      return { do: 'put', space: 's', key: one.key, value: one.value };
    case 'delete':
      return { do: 'delete', space: 's', key: one.key };
    case 'keep':
      return { do: 'keep', name: one.name, version: version(one.time), token: await staged(store, Buffer.from(contentFor(one))) };
    case 'drop':
      return { do: 'drop', name: one.name, version: version(one.time) };
  }
}

function applied(model: Model, changes: readonly Change[]): Model {
  const records = new Map(model.records);
  const bytes = new Map(model.bytes);
  for (const one of changes) {
    if (one.do === 'put') records.set(one.key, JSON.parse(JSON.stringify(one.value)));
    else if (one.do === 'delete') records.delete(one.key);
    else if (one.do === 'keep') bytes.set(`${one.name} ${one.time}`, contentFor(one));
    else bytes.delete(`${one.name} ${one.time}`);
  }
  return { records, bytes };
}

/** A version has one content, whoever brings it. */
function contentFor(one: { readonly name: string; readonly time: number }): string {
  return `content of ${one.name} at ${one.time}`;
}

async function contentsOf(store: Store): Promise<Model> {
  const records = await store.records('s', { prefix: '', after: '', limit: 100 });
  const bytes = new Map<string, string>();
  for (const one of ['a', 'b', 'ä/c']) {
    for (const { time } of store.kept(one)) bytes.set(`${one} ${time}`, (await contentOf(store, { name: one, version: version(time) }))!);
  }
  return { records: new Map(records.map(({ key, value }) => [key, value])), bytes };
}
