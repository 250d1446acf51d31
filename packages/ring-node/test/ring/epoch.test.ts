import test from 'ava';
import { onEpochDue } from '../../src/ring/placement/propose.js';
import { isSyncedFor, markReady, syncedEpoch } from '../../src/ring/placement/ready.js';
import { isDrained } from '../../src/ring/placement/drained.js';
import { learnEpochs } from '../../src/ring/placement/learn.js';
import { clearPlacement, persistedPlacement } from '../../src/ring/placement/placement-state.js';
import { HandMadeRing } from './a-hand-made-ring.js';

test('R06 nodes that join one after the other cost one epoch', (t) => {
  const ring = aRing(6, { members: [0], settings: {} });
  for (let index = 1; index < 6; index++) ring.tellAll(index, { state: 'left' });
  for (let index = 1; index < 6; index++) {
    ring.pass(400);
    ring.tellAll(index, { state: 'up' });
  }
  ring.pass(4_000);
  t.is(ring.nodes[5]!.ring.placement.newest, 2);
  t.deepEqual(membersOf(ring, 5), [0, 1, 2, 3, 4, 5]);
});

test('R06 a death within the grace moves nothing, one beyond it moves only what a replacement can take', (t) => {
  for (const [count, epochs] of [
    [3, 1],
    [4, 2],
  ] as const) {
    const ring = aRing(count, { settings: { forgetAfterMs: 20_000 } });
    ring.crash(count - 1);
    ring.tellAll(count - 1, { state: 'down' });
    ring.pass(19_000);
    t.is(ring.nodes[0]!.ring.placement.newest, 1);
    ring.pass(30_000);
    t.is(ring.nodes[0]!.ring.placement.newest, epochs);
  }
});

test('R06 a node put out of the epoch is taken back when it returns', (t) => {
  const ring = aRing(4, { settings: { forgetAfterMs: 5_000 } });
  ring.crash(3);
  ring.tellAll(3, { state: 'down' });
  ring.pass(10_000);
  t.deepEqual(membersOf(ring, 0), [0, 1, 2]);
  makeReady(ring);
  ring.pass(3_000);
  ring.restart(3);
  ring.tellAll(3, { state: 'up' });
  ring.pass(5_000);
  t.deepEqual(membersOf(ring, 0), [0, 1, 2, 3]);
});

test('R06 with two of three dead nobody is put out', (t) => {
  const ring = aRing(3, { settings: { forgetAfterMs: 5_000, copies: 1 } });
  for (const index of [1, 2]) {
    ring.crash(index);
    ring.tellAll(index, { state: 'down' });
  }
  ring.pass(60_000);
  t.is(ring.nodes[0]!.ring.placement.newest, 1);
  t.is(ring.nodes[0]!.ring.placement.candidacy, undefined);
});

test('R06 a node that leaves for good goes out of the epoch, and is drained once everybody else is synced and its files are handed over', (t) => {
  const ring = aRing(3);
  ring.tellAll(0, { state: 'leaving' });
  ring.pass(4_000);
  t.deepEqual(membersOf(ring, 0), [1, 2]);
  t.false(isDrained(ring.nodes[0]!.ring));
  makeReady(ring);
  ring.pass(3_000);
  t.false(isDrained(ring.nodes[0]!.ring));
  for (const node of ring.nodes) node.ring.files.surplus.isEmpty = true;
  t.true(isDrained(ring.nodes[0]!.ring));
  t.false(isDrained(ring.nodes[1]!.ring));
});

test('R06 the last member stays, whatever it wishes', (t) => {
  const ring = aRing(1);
  ring.tellAll(0, { state: 'leaving' });
  ring.pass(10_000);
  t.is(ring.nodes[0]!.ring.placement.newest, 1);
});

test('R06 an older epoch is in force until every node that the lap met is synced', (t) => {
  const ring = aRing(3, { members: [0] });
  ring.pass(5_000);
  t.like(ring.nodes[2]!.ring.placement, { newest: 2, oldest: 1 });
  for (const index of [0, 1]) ring.act(index, (state, turn) => markReady(state, turn, 2));
  ring.pass(5_000);
  t.is(ring.nodes[0]!.ring.placement.oldest, 1);
  ring.act(2, (state, turn) => markReady(state, turn, 2));
  ring.pass(3_000);
  for (const { ring: state, disk, events } of ring.nodes) {
    t.like(state.placement, { newest: 2, oldest: 2 });
    t.deepEqual(state.placement.epochs.map(({ number }) => number), [2]);
    t.like(disk.epochs, { oldest: 2, ready: [2] });
    t.true(events.some((event) => event.type === 'retired' && event.oldest === 2));
  }
});

test('R06 a member that is away keeps an older epoch in force where it could be half of the voters, and only there', (t) => {
  for (const [copies, oldest] of [
    [2, 1],
    [3, 2],
  ] as const) {
    const ring = aRing(4, { members: [0], settings: { copies } });
    ring.pass(5_000);
    ring.crash(3);
    ring.tellAll(3, { state: 'down' });
    makeReady(ring);
    ring.pass(5_000);
    t.is(ring.nodes[0]!.ring.placement.oldest, oldest);
  }
});

test('R06 while copies follow an epoch nobody new comes in, but who is forgotten goes', (t) => {
  const ring = aRing(4, { members: [0, 1, 2] });
  ring.tellAll(3, { state: 'left' });
  ring.tellAll(2, { capacity: 2 });
  ring.pass(4_000);
  t.like(ring.nodes[0]!.ring.placement, { newest: 2, oldest: 1 });
  ring.tellAll(3, { state: 'up' });
  ring.pass(4_000);
  t.is(ring.nodes[0]!.ring.placement.newest, 2);
  ring.crash(2);
  ring.tellAll(2, { state: 'left', forgotten: true });
  ring.pass(4_000);
  t.is(ring.nodes[0]!.ring.placement.newest, 3);
  t.deepEqual(membersOf(ring, 0), [0, 1, 3]);
});

test('an epoch that arrives twice changes nothing, and one that contradicts is reported', (t) => {
  const ring = new HandMadeRing(3);
  const [epoch] = ring.nodes[0]!.ring.placement.epochs;
  ring.act(0, (state, turn) => {
    learnEpochs(state, turn, [structuredClone(epoch!)], 1, 0);
    t.deepEqual(turn.effects.map(({ type }) => type), []);
    learnEpochs(state, turn, [{ ...epoch!, members: epoch!.members.slice(1) }], 1, 0);
    t.is(turn.effects.length, 1);
  });
  t.is(ring.nodes[0]!.events[0]?.type, 'warning');
  t.is(ring.nodes[0]!.ring.placement.epochs[0], epoch);
});

test('a node long away takes over the epochs that are in force now and forgets the others', (t) => {
  const ring = new HandMadeRing(3);
  const { members, settings } = ring.nodes[0]!.ring.placement.epochs[0]!;
  ring.act(0, (state, turn) => learnEpochs(state, turn, [5, 6].map((number) => ({ number, members, settings })), 5, 0));
  const { placement } = ring.nodes[0]!.ring;
  t.deepEqual(placement.epochs.map(({ number }) => number), [5, 6]);
  t.is(syncedEpoch(ring.nodes[0]!.ring), 4);
  ring.act(0, (state, turn) => markReady(state, turn, 6));
  t.is(syncedEpoch(ring.nodes[0]!.ring), 6);
  // What it has for the newer one says nothing of the older; what is retired is asked of nobody.
  t.deepEqual([4, 5, 6, 7].map((number) => isSyncedFor(ring.nodes[0]!.ring, number)), [true, false, true, false]);
  // The word that older ones are retired is nothing to a node that does not know what follows them.
  ring.act(1, (state, turn) => learnEpochs(state, turn, [], 6, 0));
  t.like(ring.nodes[1]!.ring.placement, { newest: 1, oldest: 1 });
});

test('what a node knew of epochs when it stopped it knows when it starts', (t) => {
  const ring = new HandMadeRing(2);
  const { members, settings } = ring.nodes[0]!.ring.placement.epochs[0]!;
  ring.act(0, (state, turn) => learnEpochs(state, turn, [{ number: 2, members, settings }], 1, 17));
  const restored = persistedPlacement(ring.nodes[0]!.disk);
  const { epochs, newest, oldest, ready, floor } = ring.nodes[0]!.ring.placement;
  t.deepEqual([restored.epochs, restored.newest, restored.oldest, restored.ready, restored.floor], [epochs, newest, oldest, ready, floor]);
  clearPlacement(restored);
  t.like(restored, { newest: 0, oldest: 0, floor: 0 });
  t.is(restored.epochs.length + restored.ready.size, 0);
});

/** A ring whose nodes look after epochs. */
function aRing(...parameters: ConstructorParameters<typeof HandMadeRing>): HandMadeRing {
  const ring = new HandMadeRing(...parameters);
  for (const index of ring.nodes.keys()) ring.act(index, onEpochDue);
  return ring;
}

function makeReady(ring: HandMadeRing): void {
  for (const index of ring.nodes.keys()) ring.act(index, (state, turn) => markReady(state, turn, state.placement.newest));
}

function membersOf(ring: HandMadeRing, index: number): number[] {
  const known = ring.nodes.map(({ nodeId }) => nodeId);
  return ring.nodes[index]!.ring.placement.epochs.at(-1)!.members.map(({ nodeId }) => known.indexOf(nodeId));
}
