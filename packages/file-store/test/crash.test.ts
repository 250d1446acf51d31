import { isDeepStrictEqual } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { openFileStore, type Store, StoreError } from '../src/index.js';
import type { Processes } from '../src/processes.js';
import { contentOf, patterned, put, staged, version } from './contract.js';
import { CrashingFiles } from './crashing-files.js';

const dir = '/data/ring';

/** Every opening is a process of its own; all before it are dead. */
function freshProcess(): Processes {
  const pid = nextPid++;
  return { self: async () => ({ pid, start: '1', boot: '2' }), isRunning: async () => false };
}
let nextPid = 1;

async function openOn(files: CrashingFiles): Promise<{ store: Store; nodeId: string; isNew: boolean }> {
  return openFileStore(dir, { files, processes: freshProcess() });
}

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
  for (const name of ['a', 'b']) for (const kept of await store.kept(name)) bytes[`${name}${kept.time}`] = (await contentOf(store, { name, version: kept }))!;
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
  t.deepEqual(await files.list(`${dir}/staging`), [], what);
  t.is(await keptFiles(files), Object.keys(contents.bytes).length, what);
  t.deepEqual((await files.list(dir)).filter((name) => name.endsWith('.new')), [], what);
  t.is((await files.list(dir)).filter((name) => name.startsWith('lock')).length, 1, what);
  await put(store, 'later', 1, 'still works');
  await store.close();
  const again = await openOn(files);
  t.is(again.nodeId, found, what);
  t.is(await contentOf(again.store, { name: 'later', version: version(1) }), 'still works', what);
}

async function keptFiles(files: CrashingFiles): Promise<number> {
  let count = 0;
  for (const folder of await files.list(`${dir}/bytes`)) count += (await files.list(`${dir}/bytes/${folder}`)).length;
  return count;
}

for (const [how, successor] of [
  ['the process is killed', (files: CrashingFiles) => files.afterKill()],
  ['the power is cut and what was not synced is lost', (files: CrashingFiles) => files.afterPowerCut()],
  ['the power is cut and chance decides what was written', (files: CrashingFiles) => files.afterRaggedPowerCut(chance(files.done))],
] as const) {
  test(`no acknowledged commit is lost and none is half there when ${how} before any operation`, async (t) => {
    const whole = new CrashingFiles();
    t.is((await runUntilCut(whole)).acknowledged, workload.length);
    t.true(whole.done > 50);
    for (let cutBefore = 0; cutBefore < whole.done; cutBefore++) {
      const files = new CrashingFiles();
      files.cutBefore = cutBefore;
      const outcome = await runUntilCut(files);
      await checkSuccessor(t, successor(files), outcome, `cut before operation ${cutBefore}`);
    }
  });

  test(`a journal rewritten while commits go on loses nothing when ${how} before any operation`, async (t) => {
    const large = 'x'.repeat(1_500_000);
    const run = async (files: CrashingFiles): Promise<number> => {
      let acknowledged = -1;
      try {
        const { store } = await openOn(files);
        for (let i = 0; i < 8; i++) {
          await store.commit([{ do: 'put', space: 's', key: 'large', value: `${i}${large}` }, { do: 'put', space: 's', key: `k${i}`, value: i }]);
          acknowledged = i;
        }
      } catch (cause) {
        if (!(cause instanceof StoreError && cause.code === 'disk-failed')) throw cause;
      }
      return acknowledged;
    };
    const whole = new CrashingFiles();
    const renames: string[] = [];
    whole.fail = (operation, path) => void (operation === 'rename' && renames.push(path));
    t.is(await run(whole), 7);
    t.is(renames.filter((path) => path === `${dir}/journal`).length, 2, 'made once, rewritten once');
    const begin = 20;
    for (let cutBefore = begin; cutBefore < whole.done; cutBefore++) {
      const files = new CrashingFiles();
      files.cutBefore = cutBefore;
      const acknowledged = await run(files);
      const { store } = await openOn(successor(files));
      const names = await store.names('s', { prefix: 'k', after: '', limit: 100 });
      t.true(names.length === acknowledged + 1 || names.length === acknowledged + 2, `cut before operation ${cutBefore}: ${names.join()} after ${acknowledged}`);
      const value = (await store.get('s', 'large')) as string | undefined;
      t.is(value?.[0], names.length === 0 ? undefined : String(names.length - 1));
    }
  });
}

/** Numbers from a seed: Marsaglia's xorshift (2003). */
function chance(seed: number): () => number {
  let state = (seed + 1) * 0x9e3779b1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

test('a full disk refuses the commit, shows nothing of it, and takes it once there is room', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  for (const full of ['makeFolder', 'write', 'rename'] as const) {
    const token = await staged(store, Buffer.from(full));
    files.fail = (operation) => (operation === full ? 'ENOSPC' : undefined);
    const name = `name-${full}`;
    const changes = [{ do: 'keep', name, version: version(1), token }, { do: 'put', space: 's', key: name, value: 1 }] as const;
    await t.throwsAsync(store.commit(changes), { code: 'disk-full' }, full);
    t.deepEqual(await store.kept(name), []);
    t.is(await store.get('s', name), undefined);
    t.is(await contentOf(store, { token }), full);
    files.fail = () => undefined;
    await store.commit(changes);
    t.is(await contentOf(store, { name, version: version(1) }), full);
  }
  const { store: again } = await openOn(files.afterPowerCut());
  t.is(await contentOf(again, { name: 'name-write', version: version(1) }), 'write');
  t.is(await again.get('s', 'name-write'), 1);
});

test('an upload whose commit failed has no hold on what another one keeps in its stead', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  const [first, second] = [await staged(store, Buffer.from('first')), await staged(store, Buffer.from('second'))];
  files.fail = (operation, path) => (operation === 'write' && path.endsWith('journal') ? 'ENOSPC' : undefined);
  await t.throwsAsync(store.commit([{ do: 'keep', ...a1, token: first }]), { code: 'disk-full' });
  files.fail = () => undefined;
  await store.commit([{ do: 'keep', ...a1, token: second }]);
  await store.commit([{ do: 'discard', token: first }]);
  t.is(await contentOf(store, a1), 'second');
});

test('a full disk leaves the bytes that were about to be replaced', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await put(store, 'a', 1, 'whole');
  const token = await staged(store, Buffer.from('again'));
  files.fail = (operation, path) => (operation === 'write' && path.endsWith('journal') ? 'ENOSPC' : undefined);
  await t.throwsAsync(store.commit([{ do: 'keep', ...a1, token }]), { code: 'disk-full' });
  t.is(await contentOf(store, a1), 'whole');
  t.is(await contentOf(store, { token }), 'again');
});

test('bytes kept anew are not hit by the late removal of dropped ones', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await put(store, 'a', 1, 'old');
  const token = await staged(store, Buffer.from('new'));
  const remove = files.remove.bind(files);
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  files.remove = async (path) => {
    await gate;
    await remove(path);
  };
  await store.commit([{ do: 'drop', ...a1 }]);
  t.is(await store.read(a1), undefined);
  const kept = store.commit([{ do: 'keep', ...a1, token }]);
  await new Promise((resolve) => setImmediate(resolve));
  release();
  await kept;
  await store.close();
  const { store: again } = await openOn(files);
  t.is(await contentOf(again, a1), 'new');
});

test('a full disk is told to the upload', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  const staging = await store.stage();
  files.fail = (operation) => (operation === 'write' ? 'EDQUOT' : undefined);
  await t.throwsAsync(staging.write(patterned(70_000)), { code: 'disk-full' });
  files.fail = () => undefined;
  await t.throwsAsync(staging.seal(), { code: 'disk-full' });
  await staging.discard();
  t.deepEqual(await files.list(`${dir}/staging`), []);
});

test('after a sync of the journal failed nothing is committed any more, and reading goes on', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  await put(store, 'a', 1, 'kept');
  files.fail = (operation, path) => (operation === 'sync' && path.endsWith('journal') ? 'EIO' : undefined);
  await t.throwsAsync(store.commit([{ do: 'put', space: 's', key: 'k', value: 1 }]), { code: 'disk-failed' });
  files.fail = () => undefined;
  await t.throwsAsync(store.commit([{ do: 'put', space: 's', key: 'k', value: 2 }]), { code: 'disk-failed' });
  t.is(await store.get('s', 'k'), undefined);
  t.is(await contentOf(store, { name: 'a', version: version(1) }), 'kept');
});

test('commits that wait for the same sync share it', async (t) => {
  const files = new CrashingFiles();
  const { store } = await openOn(files);
  let syncs = 0;
  files.fail = (operation, path) => void (operation === 'sync' && path.endsWith('journal') && syncs++);
  await Promise.all(Array.from({ length: 100 }, (_, i) => store.commit([{ do: 'put', space: 's', key: `k${i}`, value: i }])));
  t.true(syncs <= 2, `${syncs} syncs`);
  t.is((await store.names('s', { prefix: '', after: '', limit: 200 })).length, 100);
});
