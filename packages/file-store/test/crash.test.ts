import { isDeepStrictEqual } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { openFileStore, SMALL_BYTES_MAX, type Store, type StoreChange, StoreError } from '../src/index.js';
import { chance, CrashingFiles } from './crashing-files.js';
import { dir, openOn } from './on-crashing-files.js';
import { contentOf, patterned, put, staged, version } from './putting.js';

/** One commit of the workload with what the store must hold once it is acknowledged. */
interface Stage {
  readonly run: (store: Store) => Promise<void>;
  readonly after: Contents;
}
interface Contents {
  readonly records: Readonly<Record<string, unknown>>;
  readonly bytes: Readonly<Record<string, string>>;
}

const a1 = { name: 'a', version: version(1) };
const a2 = { name: 'a', version: version(2) };
const b1 = { name: 'b', version: version(1) };
const big = patterned(70_000).toString('hex');

const workload: readonly Stage[] = [
  { run: (store) => store.commit([{ do: 'put', space: 's', key: 'x', value: 1 }]), after: { records: { x: 1 }, bytes: {} } },
  {
    run: async (store) => {
      const token = await staged(store, Buffer.from('one'));
      await store.commit([{ do: 'keep', ...a1, token }, { do: 'put', space: 's', key: 'a', value: 'one' }]);
    },
    after: { records: { x: 1, a: 'one' }, bytes: { a1: 'one' } },
  },
  {
    run: async (store) => {
      const tokens = [await staged(store, Buffer.from('two')), await staged(store, Buffer.from(big))];
      await store.commit([
        { do: 'keep', ...a2, token: tokens[0]! },
        { do: 'keep', ...b1, token: tokens[1]! },
        { do: 'drop', ...a1 },
        { do: 'put', space: 's', key: 'a', value: 'two' },
        { do: 'delete', space: 's', key: 'x' },
      ]);
    },
    after: { records: { a: 'two' }, bytes: { a2: 'two', b1: big } },
  },
  {
    run: async (store) => {
      const [again, unwanted] = [await staged(store, Buffer.from(big)), await staged(store, Buffer.from('unwanted'))];
      await store.commit([{ do: 'keep', ...b1, token: again }, { do: 'discard', token: unwanted }, { do: 'put', space: 's', key: 'y', value: [] }]);
    },
    after: { records: { a: 'two', y: [] }, bytes: { a2: 'two', b1: big } },
  },
  {
    run: (store) => store.commit([{ do: 'drop', ...a2 }, { do: 'drop', ...b1 }, { do: 'delete', space: 's', key: 'a' }]),
    after: { records: { y: [] }, bytes: {} },
  },
];

const nothing: Contents = { records: {}, bytes: {} };

/** Runs until it is cut. Gives how many commits were acknowledged, and the node if the opening was. */
async function runUntilCut(files: CrashingFiles): Promise<{ acknowledged: number; nodeId: string | undefined }> {
  let acknowledged = 0;
  let nodeId: string | undefined;
  try {
    const opened = await openOn(files);
    nodeId = opened.nodeId;
    for (const { run } of workload) {
      await run(opened.store);
      acknowledged++;
    }
    await opened.store.close();
  } catch (cause) {
    if (!(cause instanceof StoreError && cause.code === 'disk-failed')) throw cause;
  }
  return { acknowledged, nodeId };
}

async function contentsOf(store: Store): Promise<Contents> {
  const records = Object.fromEntries((await store.records('s', { prefix: '', after: '', limit: 100 })).map(({ key, value }) => [key, value]));
  const bytes: Record<string, string> = {};
  for (const name of ['a', 'b']) for (const kept of store.kept(name)) bytes[`${name}${kept.time}`] = (await contentOf(store, { name, version: kept }))!;
  return { records, bytes };
}

/** After the crash: all that was acknowledged, what was under way whole or not at all, nothing left over, and a store that works. */
async function checkSuccessor(
  t: ExecutionContext,
  files: CrashingFiles,
  { acknowledged, nodeId }: Awaited<ReturnType<typeof runUntilCut>>,
  what: string,
): Promise<void> {
  const { store, nodeId: found } = await openOn(files);
  if (nodeId !== undefined) t.is(found, nodeId, what);
  const contents = await contentsOf(store);
  const allowed = [acknowledged === 0 ? nothing : workload[acknowledged - 1]!.after, workload[acknowledged]?.after];
  t.true(allowed.some((one) => isDeepStrictEqual(one, contents)), `${what}: ${JSON.stringify(contents).slice(0, 300)} after ${acknowledged} commits`);
  t.is((await files.list(`${dir}/large`)).length, Object.values(contents.bytes).filter((one) => one.length > SMALL_BYTES_MAX).length, what);
  t.deepEqual((await files.list(dir)).filter((name) => name.endsWith('.new')), [], what);
  t.is((await files.list(dir)).filter((name) => name.startsWith('lock')).length, 1, what);
  await put(store, 'later', 1, 'still works');
  await store.close();
  const again = await openOn(files);
  t.is(again.nodeId, found, what);
  t.is(await contentOf(again.store, { name: 'later', version: version(1) }), 'still works', what);
}

for (const [how, successor] of [
  ['the process is killed', (files: CrashingFiles) => files.afterKill()],
  ['the power is cut and what was not synced is lost', (files: CrashingFiles) => files.afterPowerCut()],
  ['the power is cut and chance decides what was written', (files: CrashingFiles) => files.afterRaggedPowerCut(chance(files.done))],
] as const) {
  test(`no acknowledged commit is lost and none is half there when ${how} before any operation`, async (t) => {
    const whole = new CrashingFiles();
    t.is((await runUntilCut(whole)).acknowledged, workload.length);
    t.true(whole.done > 30);
    for (let cutBefore = 0; cutBefore < whole.done; cutBefore++) {
      const files = new CrashingFiles();
      files.cutBefore = cutBefore;
      const outcome = await runUntilCut(files);
      await checkSuccessor(t, successor(files), outcome, `cut before operation ${cutBefore}`);
    }
  });

  test(`a log that is tidied up and snapshots that are written meanwhile lose nothing when ${how} before any operation`, async (t) => {
    const whole = new CrashingFiles();
    const seen = new Set<string>();
    whole.fail = (operation, path) => void seen.add(`${operation} ${path}`);
    t.is(await churn(whole), churned.length - 1);
    t.true(seen.has(`remove ${dir}/log/00000002`), 'segments were emptied');
    t.true(seen.has(`rename ${dir}/index`), 'snapshots were written');
    for (let cutBefore = 0; cutBefore < whole.done; cutBefore++) {
      const files = new CrashingFiles();
      files.cutBefore = cutBefore;
      const acknowledged = await churn(files);
      const { store } = await openChurned(successor(files));
      const found = await contentsOf(store);
      const held = churned.findIndex((one) => isDeepStrictEqual(one, found));
      t.true(held === acknowledged || held === acknowledged + 1, `cut before operation ${cutBefore}: holds ${held}, ${acknowledged} were acknowledged`);
      await store.close();
    }
  });
}

/** What the churning store must hold after each commit: few things, often replaced and deleted. */
const churned: Contents[] = [nothing];
const churns: StoreChange[][] = [];
const churnedBytes: string[] = [];
for (let i = 1; i <= 40; i++) {
  const { records, bytes } = churned.at(-1)!;
  const [key, gone, content] = [`k${i % 5}`, `k${(i + 3) % 5}`, `${i} `.repeat(150)];
  const { [gone]: _, ...rest } = { ...records, [key]: content };
  churns.push([{ do: 'put', space: 's', key, value: content }, { do: 'delete', space: 's', key: gone }]);
  const [version1, version2] = [i % 4, (i + 2) % 4];
  const { [`a${version2}`]: __, ...restBytes } = { ...bytes, [`a${version1}`]: content };
  churned.push({ records: rest, bytes: restBytes });
  churnedBytes.push(content);
  churns.at(-1)!.push({ do: 'keep', name: 'a', version: version(version1), token: '' }, { do: 'drop', name: 'a', version: version(version2) });
}

function openChurned(files: CrashingFiles): ReturnType<typeof openFileStore> {
  return openFileStore(dir, { files, log: { segment: 4096, ahead: 1024 } });
}

/** Gives the number of the last commit that was acknowledged. */
async function churn(files: CrashingFiles): Promise<number> {
  let acknowledged = 0;
  try {
    const { store } = await openChurned(files);
    for (const [i, changes] of churns.entries()) {
      const token = store.take(Buffer.from(churnedBytes[i]!));
      await store.commit(changes.map((change) => (change.do === 'keep' ? { ...change, token } : change)));
      acknowledged = i + 1;
    }
    await store.close();
  } catch (cause) {
    if (!(cause instanceof StoreError && cause.code === 'disk-failed')) throw cause;
  }
  return acknowledged;
}
