import { setTimeout as wait } from 'node:timers/promises';
import { asPlain, CrashingFiles } from '@coring/file-store/crashing-files';
import test, { type ExecutionContext } from 'ava';
import { type RunningNode, startNode } from '../../src/node/start-node.js';
import { randomFrom } from '../../src/ring/index.js';
import { until } from '../http/a-server.js';
import { type Files, storeOn } from './on-crashing-files.js';

/** What one writer does to a name of its own. */
interface History {
  readonly name: string;
  /** Contents put, in their order; undefined for a deletion. */
  readonly steps: (string | undefined)[];
  /** How many of them were acknowledged. */
  acknowledged: number;
}

/** What the disks of all nodes would hold after a power cut, and how far each name was acknowledged by then. */
interface Moment {
  readonly disks: readonly CrashingFiles[];
  readonly acknowledged: ReadonlyMap<History, number>;
}

interface Written {
  readonly histories: readonly History[];
  /** Before each operation of any disk but reads, and when all is acknowledged. */
  readonly moments: readonly Moment[];
}

interface Wishes {
  readonly nodes: number;
  readonly cut?: (files: CrashingFiles) => CrashingFiles;
  /** Whether the disks only say that they have synced, once the ring is there. */
  readonly doLie?: boolean;
}

const WRITERS = 4;
const STEPS = 10;
/** Every third content is large enough for a file of its own. */
const [SMALL_BYTES, LARGE_BYTES] = [300, 100_000];
const DISK_MS = 5;
const random = randomFrom(7);

for (const [what, cut] of [
  ['what was not synced is lost', (files: CrashingFiles) => files.afterPowerCut()],
  ['chance decides what of it was written', (files: CrashingFiles) => files.afterRaggedPowerCut(random)],
] as const) {
  for (const [who, nodes, count] of [['a node', 1, 12], ['a ring of three, cut off all at once,', 3, 3]] as const) {
    test(`what ${who} has acknowledged is there after a power cut at any moment, where ${what}`, async (t) => {
      const { histories, moments } = await written(t, { nodes, cut });
      t.true(moments.length > 100, `${moments.length} moments`);
      for (let i = 1; i <= count; i++) {
        const at = Math.floor((i * (moments.length - 1)) / count);
        t.deepEqual(await wrongAfter(t, moments[at]!, histories), [], `moment ${at}`);
      }
    });
  }
}

test('what was acknowledged is lost with a disk that only says that it has synced', async (t) => {
  const { histories, moments } = await written(t, { nodes: 1, doLie: true });
  t.deepEqual(await wrongAfter(t, moments.at(-1)!, histories), histories.map(({ name }) => name));
});

/** Writers at work on fresh nodes, and all moments in the midst of that. */
async function written(t: ExecutionContext, { nodes: count, cut = (files) => files.afterPowerCut(), doLie = false }: Wishes): Promise<Written> {
  const disks = Array.from({ length: count }, () => new CrashingFiles());
  let isLying = false;
  const nodes: RunningNode[] = [];
  for (const disk of disks) nodes.push(await aNodeOn(t, slowly(disk, () => isLying), nodes[0]?.address));
  await whole(nodes);
  isLying = doLie;
  const histories = Array.from({ length: WRITERS }, (_, i): History => ({ name: `file-${i}`, steps: [], acknowledged: 0 }));
  const moments: Moment[] = [];
  const note = (): unknown => moments.push({ disks: disks.map(cut), acknowledged: new Map(histories.map((history) => [history, history.acknowledged])) });
  for (const disk of disks) disk.fail = (operation) => void (operation !== 'read' && note());
  await Promise.all(histories.map((history, i) => write(nodes[i % count]!, history)));
  for (const disk of disks) disk.fail = () => undefined;
  note();
  for (const node of nodes) await node.stop();
  return { histories, moments };
}

async function write({ url }: RunningNode, history: History): Promise<void> {
  const { name, steps } = history;
  for (let step = 0; step < STEPS; step++) {
    const content = step % 5 === 3 ? undefined : `${name} ${step} `.padEnd(step % 3 === 0 ? LARGE_BYTES : SMALL_BYTES, '.');
    steps.push(content);
    // What is asked again was perhaps done the first time.
    const headers = { 'idempotency-key': `step-${step}` };
    const ask = async (): Promise<number> => (await fetch(`${url}/files/${name}`, { headers, ...(content === undefined ? { method: 'DELETE' } : { method: 'PUT', body: content }) })).status;
    let status = await ask();
    // All the nodes are one process, and copying disks takes its time: one may be taken for unreachable.
    while (status === 503) status = await ask();
    if (status >= 300) throw new Error(`${name} was answered ${status}`);
    history.acknowledged++;
  }
}

/** The names that are neither as they were acknowledged, nor as the step under way would have them, when the nodes start from their disks. */
async function wrongAfter(t: ExecutionContext, { disks, acknowledged }: Moment, histories: readonly History[]): Promise<string[]> {
  const nodes: RunningNode[] = [];
  for (const disk of disks) nodes.push(await aNodeOn(t, disk, nodes[0]?.address));
  await whole(nodes);
  const wrong: string[] = [];
  for (const history of histories) {
    const done = acknowledged.get(history)!;
    const allowed = [undefined, ...history.steps].slice(done, done + 2);
    const response = await fetch(`${nodes.at(-1)!.url}/files/${history.name}`, { headers: { 'coring-require': 'strong' } });
    const found = await response.text();
    if (response.status !== 200 && response.status !== 404) throw new Error(`${history.name} was answered ${response.status}`);
    if (!allowed.includes(response.status === 404 ? undefined : found)) wrong.push(history.name);
  }
  for (const node of nodes) await node.stop();
  return wrong;
}

async function aNodeOn(t: ExecutionContext, files: Files, join?: string): Promise<RunningNode> {
  const node = await startNode({ listen: '127.0.0.1:0', data: '/data', scrubEveryMs: Infinity, store: storeOn(files), ...(join === undefined ? {} : { join }) });
  t.teardown(() => node.stop());
  return node;
}

async function whole(nodes: readonly RunningNode[]): Promise<void> {
  const isWhole = (node: RunningNode): boolean => {
    const { whole, members, epoch, oldestEpoch } = node.ring();
    return whole && members.length === nodes.length && epoch === oldestEpoch;
  };
  await until(() => nodes.every(isWhole), 'the ring is whole');
}

/**
 * A disk that takes its time: an answer that does not wait for it is out before what it tells of is there. While it lies, what is written is to be
 * seen, and is never made durable.
 */
function slowly(files: CrashingFiles, isLying: () => boolean): Files {
  return {
    ...asPlain(files),
    syncFolder: async (path) => (isLying() ? undefined : files.syncFolder(path)),
    open: async (path, how) => {
      const file = await files.open(path, how);
      const unsynced = await files.open(path, 'update');
      return {
        ...file,
        write: async (position, bytes) => {
          await wait(DISK_MS);
          return (isLying() ? unsynced : file).write(position, bytes);
        },
        sync: async () => {
          await wait(DISK_MS);
          if (!isLying()) await file.sync();
        },
      };
    },
  };
}
