import test from 'ava';
import { fetchBytes } from '../src/fetch.js';
import { perform } from '../src/perform.js';
import { Stage } from '../src/schedules/stage.js';

interface Arrival {
  readonly from: string;
  readonly to: string;
  readonly atMs: number;
}

/** Three nodes, and when messages get from one to another from now on. */
function aRing(): { stage: Stage; between: (from: string, to: string) => number[] } {
  const stage = new Stage(3);
  const { world } = stage;
  const arrivals: Arrival[] = [];
  for (const node of world.nodes) {
    const feed = node.feed.bind(node);
    node.feed = (input) => {
      if (input.type === 'message') arrivals.push({ from: world.nodes.find(({ nodeId }) => nodeId === input.message.from)!.name, to: node.name, atMs: world.nowMs });
      feed(input);
    };
  }
  return { stage, between: (from, to) => arrivals.filter((one) => one.from === from && one.to === to).map(({ atMs }) => atMs) };
}

test('a clogged link holds what is sent one way, and all of it arrives at once', (t) => {
  const { stage, between } = aRing();
  const { world } = stage;
  const endMs = world.nowMs + 4_000;
  let sent = 0;
  world.letsPass = (from, to) => {
    if (from.name === 'n0' && to.name === 'n1') sent++;
    return true;
  };
  perform(world, { do: 'clog', from: 'n0', to: 'n1', forMs: 4_000 });
  stage.pass(3_990);
  t.true(sent > 1);
  t.deepEqual(between('n0', 'n1'), []);
  t.true(between('n1', 'n0').length > 1 && between('n0', 'n2').length > 1);
  const held = sent;
  stage.pass(20);
  const atOnce = between('n0', 'n1').filter((atMs) => atMs === endMs);
  t.true(atOnce.length >= held, `${atOnce.length} of ${held}`);
  t.is(world.counts.get('messages held'), atOnce.length);
  t.deepEqual(stage.end(), []);
});

test('a clog outlives what heals cuts, not the end of all faults', (t) => {
  const { stage } = aRing();
  const { clogs } = stage.world.network;
  perform(stage.world, { do: 'clog', from: 'n0', to: 'n1', forMs: 3_600_000 });
  perform(stage.world, { do: 'heal' });
  stage.pass(1_000);
  t.deepEqual([clogs.isClogged('n0', 'n1'), clogs.isClogged('n1', 'n0')], [true, false]);
  t.deepEqual(stage.end(), []);
  t.false(clogs.isClogged('n0', 'n1'));
  perform(stage.world, { do: 'clog', from: 'n0', to: 'n1', forMs: 1_000 });
  t.false(clogs.isClogged('n0', 'n1'));
});

test('what a clogged link holds is lost where that is cut when it is free again', (t) => {
  const { stage, between } = aRing();
  perform(stage.world, { do: 'clog', from: 'n0', to: 'n1', forMs: 2_000 });
  stage.pass(1_900);
  t.true((stage.world.counts.get('messages held') ?? 0) > 0);
  perform(stage.world, { do: 'cut', from: 'n0', to: 'n1', healAfterMs: 500 });
  stage.pass(400);
  t.deepEqual(between('n0', 'n1'), []);
});

test('a link that is clogged twice is free when both have ended', (t) => {
  const { stage, between } = aRing();
  for (const forMs of [2_000, 4_000]) perform(stage.world, { do: 'clog', from: 'n0', to: 'n1', forMs });
  stage.pass(3_900);
  t.true((stage.world.counts.get('messages held') ?? 0) > 1);
  t.deepEqual(between('n0', 'n1'), []);
  stage.pass(200);
  t.true(between('n0', 'n1').length > 1);
});

test('links are clogged one after another, and free in another order', (t) => {
  const { stage } = aRing();
  const { clogs } = stage.world.network;
  const links = [
    { from: 'n0', to: 'n1', afterMs: 100, forMs: 500 },
    { from: 'n1', to: 'n2', afterMs: 200, forMs: 200 },
    { from: 'n2', to: 'n0', afterMs: 300, forMs: 200 },
  ];
  perform(stage.world, { do: 'swizzle', links });
  const seen: string[] = [];
  for (let i = 0; i < 7; i++) {
    stage.pass(i === 0 ? 50 : 100);
    seen.push(links.filter(({ from, to }) => clogs.isClogged(from, to)).map(({ from }) => from).join(' '));
  }
  t.deepEqual(seen, ['', 'n0', 'n0 n1', 'n0 n1 n2', 'n0 n2', 'n0', '']);
  t.deepEqual(stage.end(), []);
});

/** A node fetches a file from n0, or else from n2. Returns after how long it had all of it. */
function fetchedAfterMs(stage: Stage): number {
  const { world, name } = stage;
  const [node, [version]] = [stage.node(1), stage.node(0).disk.versionsOf(name)];
  const startedMs = world.nowMs;
  fetchBytes(node, { type: 'fetch', ref: 'fetch', name, sources: [0, 2].map((index) => stage.node(index)).map(({ nodeId, address }) => ({ nodeId, address, version: version! })), deadlineMs: 30_000 });
  stage.until('the bytes', () => !node.fetches.has('fetch'));
  return world.nowMs - startedMs;
}

for (const [from, to] of [['n1', 'n0'], ['n0', 'n1']] as const) {
  test(`bytes that travel while it is clogged from ${from} to ${to} come when that is free, or from elsewhere if that takes long`, (t) => {
    const { stage } = aRing();
    stage.answered(stage.workload.put(stage.node(0), stage.name));
    stage.pass(1_000);
    t.true(fetchedAfterMs(stage) < 100);
    perform(stage.world, { do: 'clog', from, to, forMs: 700 });
    const lateMs = fetchedAfterMs(stage);
    t.true(lateMs >= 700 && lateMs < 800, `after ${lateMs} ms`);
    perform(stage.world, { do: 'clog', from, to, forMs: 8_000 });
    const elsewhereMs = fetchedAfterMs(stage);
    t.true(elsewhereMs >= 1_000 && elsewhereMs < 1_200, `after ${elsewhereMs} ms`);
    t.deepEqual(stage.end(), []);
  });
}
