import test from 'ava';
import type { Lap } from '@coring/protocol';
import { onHopLate } from '../../src/ring/check/hop.js';
import { onCheckDue } from '../../src/ring/check/on-check-due.js';
import { startLap } from '../../src/ring/check/start-lap.js';
import { urgentCheck } from '../../src/ring/check/urgent-check.js';
import { type HandMadeNode, HandMadeRing, nodeIdOf, type Sent } from './a-hand-made-ring.js';

for (const count of [2, 3, 10, 64]) {
  test(`R20 a lap visits each of ${count} nodes once, in ring order, and comes home`, (t) => {
    const ring = new HandMadeRing(count);
    ring.act(1, (state, turn) => startLap(state, turn, 'periodic'));
    ring.settle();
    const visited = ring.nodes.map(({ events }) => events.filter(({ type }) => type === 'check').length);
    // Its origin sees it leave and come home.
    t.deepEqual(visited, ring.nodes.map((_, index) => (index === 1 ? 2 : 1)));
    t.like(homes(ring.nodes[1]!)[0], { origin: nodeIdOf(1), hops: count, complete: true });
    for (const [index, { events }] of ring.nodes.entries()) {
      const passed = events.find((event) => event.type === 'check');
      t.is(passed?.type === 'check' ? passed.to : undefined, nodeIdOf((index + 1) % count));
    }
  });
}

test('R20 a lap of 100 nodes goes in arcs at the same time, meets each node once and comes home complete', (t) => {
  const ring = new HandMadeRing(100);
  ring.act(7, (state, turn) => startLap(state, turn, 'publish'));
  t.is(ring.onTheWay.length, 2);
  t.deepEqual(ring.onTheWay.map(({ to }) => to), [8, 57]);
  ring.settle();
  const [home] = homes(ring.nodes[7]!);
  t.like(home, { hops: 101, complete: true });
  for (const index of ring.nodes.keys()) if (index !== 7) t.is(ring.nodes[index]!.events.filter(({ type }) => type === 'check').length, 1);
});

test('R20 in a ring of one a lap is home at once, without a message', (t) => {
  const ring = new HandMadeRing(1);
  ring.act(0, (state, turn) => startLap(state, turn, 'news'));
  t.is(ring.onTheWay.length, 0);
  t.like(homes(ring.nodes[0]!)[0], { hops: 0, complete: true });
});

test('R10 a CHECK skips a node that does not answer after one retry, goes on to the next live one and comes home', (t) => {
  const ring = new HandMadeRing(5);
  ring.crash(2);
  ring.crash(3);
  ring.act(0, (state, turn) => startLap(state, turn, 'publish'));
  ring.pass(400);
  t.deepEqual(homes(ring.nodes[0]!), []);
  ring.pass(2_000);
  const event = ring.nodes[0]!.events.find(({ type }) => type === 'check-home');
  t.like(event, { lap: { complete: false, hops: 3 } });
  t.deepEqual(event?.type === 'check-home' ? event.skipped.map(({ nodeId, by }) => [nodeId, by]) : [], [
    [nodeIdOf(2), nodeIdOf(1)],
    [nodeIdOf(3), nodeIdOf(1)],
  ]);
});

test('R10 a CHECK that was lost on its way is sent again and visits nobody twice', (t) => {
  const ring = new HandMadeRing(4);
  ring.act(0, (state, turn) => startLap(state, turn, 'publish'));
  // The CHECK arrives, only its ACK is lost: the retry is acknowledged and dropped.
  ring.deliverOne();
  ring.onTheWay.splice(ring.onTheWay.findIndex(({ message }) => message.type === 'ACK'), 1);
  ring.pass(3_000);
  t.like(homes(ring.nodes[0]!)[0], { hops: 4, complete: true });
  t.is(homes(ring.nodes[0]!).length, 1);
  for (const index of [1, 2, 3]) t.is(ring.nodes[index]!.events.filter(({ type }) => type === 'check').length, 1);
});

test('R10 a hop that cannot be sent at all is retried and skipped without waiting', (t) => {
  const ring = new HandMadeRing(3);
  ring.crash(1);
  ring.act(0, (state, turn) => startLap(state, turn, 'publish'));
  for (let tries = 0; tries < 2; tries++) {
    const { message } = ring.onTheWay.shift()!;
    ring.act(0, (state, turn) => onHopLate(state, message.id, turn));
  }
  ring.settle();
  t.like(homes(ring.nodes[0]!)[0], { hops: 2, tookMs: 0, complete: false });
});

test('R11 when the origin dies in mid-lap, no traffic of that lap remains', (t) => {
  const ring = new HandMadeRing(6);
  ring.act(0, (state, turn) => startLap(state, turn, 'news'));
  for (let hop = 0; hop < 4; hop++) ring.deliverOne();
  ring.crash(0);
  ring.pass(20_000);
  t.is(ring.onTheWay.length, 0);
  for (const { ring: state, isUp } of ring.nodes) if (isUp) t.is(state.check.hops.size, 0);
  const delivered = ring.delivered;
  ring.pass(60_000);
  t.is(ring.delivered, delivered);
});

test('R11 a lap ends when its origin has left the ring, where it has run too many hops, and at its deadline', (t) => {
  const ring = new HandMadeRing(6);
  ring.act(0, (state, turn) => startLap(state, turn, 'publish'));
  ring.deliverOne();
  ring.crash(0);
  ring.tellAll(0, { state: 'left' });
  ring.pass(5_000);
  t.is(ring.onTheWay.length, 0);
  t.true(ring.delivered < 20);

  for (const bound of [{ hopsMax: 2 }, { deadlineMs: 0 }]) {
    const other = new HandMadeRing(6);
    other.act(0, (state, turn) => startLap(state, turn, 'publish'));
    Object.assign(other.onTheWay[0]!.message, bound);
    other.pass(3_000);
    t.true(other.nodes[3]!.events.every(({ type }) => type !== 'check'));
    t.deepEqual(homes(other.nodes[0]!), []);
  }
});

test('R11 a lap that is not home in time is given up, and so is what comes home after', (t) => {
  const ring = new HandMadeRing(3);
  ring.act(0, (state, turn) => startLap(state, turn, 'publish'));
  ring.pass(0, isNotForOrigin);
  const late = structuredClone(ring.onTheWay);
  ring.pass(30_000, isNotForOrigin);
  t.is(ring.nodes[0]!.ring.check.laps.size, 0);
  ring.onTheWay.splice(0, ring.onTheWay.length, ...late);
  ring.settle();
  t.deepEqual(homes(ring.nodes[0]!), []);
});

test('R10 the first node of the ring starts a CHECK every five seconds, and everybody learns how the last one went', (t) => {
  const ring = new HandMadeRing(3);
  for (const index of ring.nodes.keys()) ring.act(index, onCheckDue);
  ring.pass(21_000);
  t.true(homes(ring.nodes[0]!).length >= 4 && homes(ring.nodes[0]!).length <= 6);
  t.is(homes(ring.nodes[1]!).length + homes(ring.nodes[2]!).length, 0);
  for (const { ring: state } of ring.nodes) t.like(state.check.lastHome, { origin: nodeIdOf(0), complete: true });
});

test('R10 when the first node of the ring does not start one, exactly one other takes over after fifteen seconds', (t) => {
  const ring = new HandMadeRing(4);
  for (const index of ring.nodes.keys()) ring.act(index, onCheckDue);
  ring.pass(6_000);
  // It hangs, and the others have not found out.
  ring.crash(0);
  for (const { ring: state } of ring.nodes) state.check.lastHeardMs = ring.nowMs;
  const before = ring.nodes.map(startedBy);
  ring.pass(14_000);
  t.deepEqual(ring.nodes.map(startedBy), before);
  ring.pass(3_500);
  t.deepEqual(ring.nodes.flatMap((node, index) => (startedBy(node) > before[index]! ? [index] : [])), [1]);
});

test('R06 news of several kinds at once cost one lap, and one that publishes how it went', (t) => {
  const ring = new HandMadeRing(3);
  for (let times = 0; times < 5; times++) ring.act(1, urgentCheck);
  ring.pass(1_000);
  t.is(homes(ring.nodes[1]!).length, 2);
  const [first] = homes(ring.nodes[1]!);
  for (const index of [0, 2]) t.is(ring.nodes[index]!.ring.check.lastHome?.id, first!.id);
});

test('R20 twenty nodes with the same news cost a few laps, not twenty', (t) => {
  const ring = new HandMadeRing(20);
  for (const index of ring.nodes.keys()) ring.act(index, urgentCheck);
  ring.pass(2_000);
  const laps = ring.nodes.reduce((sum, node) => sum + homes(node).length, 0);
  t.true(laps >= 2 && laps <= 4, `${laps} laps`);
  for (const { ring: state } of ring.nodes) t.deepEqual(state.check.wanted, []);
});

test('R20 where there is always news, laps of a large ring follow each other by a second or so, whoever has the news', (t) => {
  const ring = new HandMadeRing(100);
  const seconds = 20;
  for (let step = 0; step < seconds * 10; step++) {
    ring.act((step * 37) % 100, urgentCheck);
    ring.pass(100);
  }
  // Each with the one that publishes how it went.
  const laps = ring.nodes.reduce((sum, node) => sum + homes(node).length, 0) / 2;
  t.true(laps >= 0.5 * seconds && laps <= 2 * seconds, `${laps} laps in ${seconds} s`);
});

test('R20 a lap that brings news home is followed by one with news, and no other that publishes', (t) => {
  const ring = new HandMadeRing(3);
  ring.act(1, (state, turn) => startLap(state, turn, 'news'));
  ring.nodes[1]!.ring.membership.digest = 'of another roster';
  ring.settle();
  t.deepEqual(ring.nodes[1]!.ring.check.wanted.map(({ kind }) => kind), ['news']);
  ring.pass(1_000);
  t.is(homes(ring.nodes[1]!).length, 3);
});

test('R10 what each node says of itself as a CHECK passes becomes known to all', (t) => {
  const ring = new HandMadeRing(3);
  ring.nodes[2]!.ring.check.figures = { files: 7, bytes: 900, freeBytes: 100_000 };
  ring.act(0, (state, turn) => startLap(state, turn, 'news'));
  ring.pass(0);
  // Node 1 is met before node 2: it hears of it from the lap that publishes.
  for (const index of [0, 1]) t.like(ring.nodes[index]!.ring.check.sightings.get(nodeIdOf(2)), { files: 7, bytes: 900, freeBytes: 100_000, syncedEpoch: 1 });
});

function isNotForOrigin({ to, message }: Sent): boolean {
  return message.type !== 'CHECK' || to !== 0;
}

function homes({ events }: HandMadeNode): Lap[] {
  return events.flatMap((event) => (event.type === 'check-home' ? [event.lap] : []));
}

function startedBy({ events }: HandMadeNode): number {
  return events.filter((event) => event.type === 'check' && event.check.hop === 0).length;
}
