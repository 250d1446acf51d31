import test from 'ava';
import { ringBodySchema } from '@coring/protocol';
import { fits } from '@coring/protocol/validate';
import { isWhole, noteHealth, ringHealth } from '../../src/ring/check/health.js';
import { onCheckDue } from '../../src/ring/check/on-check-due.js';
import { startLap } from '../../src/ring/check/start-lap.js';
import { ringBody } from '../../src/ring/ring-body.js';
import { HandMadeRing, nodeIdOf } from './a-hand-made-ring.js';

test('R22 the ring is whole once a CHECK is home complete, and not before', (t) => {
  const ring = aRing(3);
  t.false(isWhole(ring.nodes[0]!.ring));
  ring.act(0, (state, turn) => startLap(state, turn, 'news'));
  ring.pass(0);
  for (const { ring: state } of ring.nodes) t.is(ringHealth(state), 'whole');
});

test('R22 a ring of one is whole', (t) => {
  t.is(ringHealth(aRing(1).nodes[0]!.ring), 'whole');
});

test('R22 one of three down: degraded. Two of three, or one of two: split', (t) => {
  const ring = aWholeRing(3);
  ring.tellAll(2, { state: 'down' });
  t.is(ringHealth(ring.nodes[0]!.ring), 'degraded');
  ring.tellAll(1, { state: 'down' });
  t.is(ringHealth(ring.nodes[0]!.ring), 'split');

  const two = aWholeRing(2);
  two.tellAll(1, { state: 'down' });
  t.is(ringHealth(two.nodes[0]!.ring), 'split');
});

test('R22 a node that cannot be reached counts as down, one that sleeps does not, and who has left is not missed', (t) => {
  const ring = aWholeRing(3);
  ring.nodes[0]!.ring.membership.unreachable.set(nodeIdOf(1), { sinceMs: 0, incarnation: 1 });
  t.is(ringHealth(ring.nodes[0]!.ring), 'degraded');
  t.is(ringHealth(ring.nodes[2]!.ring), 'whole');
  ring.tellAll(1, { state: 'asleep' });
  t.is(ringHealth(ring.nodes[0]!.ring), 'whole');
  ring.tellAll(2, { state: 'left' });
  t.is(ringHealth(ring.nodes[0]!.ring), 'whole');
});

test('R22 when laps no longer come home the ring is not whole', (t) => {
  const ring = aWholeRing(3);
  ring.pass(60_000);
  t.is(ringHealth(ring.nodes[1]!.ring), 'whole');
  ring.pass(60_000, ({ message }) => message.type !== 'CHECK');
  t.is(ringHealth(ring.nodes[1]!.ring), 'degraded');
  t.is(ringHealth(ring.nodes[0]!.ring), 'degraded');
});

test('R22 a lap that has passed over a node because others hold it down does not make the ring whole for one that does not know that', (t) => {
  const ring = aWholeRing(4);
  const { check } = ring.nodes[3]!.ring;
  const healthAfter = (complete: boolean, hops: number): string => {
    check.lastHome = { ...check.lastHome!, complete, hops };
    ring.act(3, noteHealth);
    return check.health;
  };
  t.is(healthAfter(false, 4), 'degraded');
  t.is(healthAfter(true, 3), 'degraded');
  t.is(healthAfter(true, 4), 'whole');
  // Somebody has joined that the last lap did not meet: nothing is amiss.
  t.is(healthAfter(true, 3), 'whole');
});

test('R22 a change of health is told once', (t) => {
  const ring = aWholeRing(3);
  const { events } = ring.nodes[1]!;
  events.length = 0;
  ring.tellAll(2, { state: 'down' });
  ring.act(1, noteHealth);
  ring.act(1, noteHealth);
  t.deepEqual(events, [{ type: 'health', health: 'degraded', was: 'whole' }]);
});

test('R22 GET /ring shows the nodes in ring order, with what they said of themselves', (t) => {
  const ring = aWholeRing(3);
  ring.tellAll(2, { state: 'down' });
  ring.nodes[0]!.ring.membership.unreachable.set(nodeIdOf(1), { sinceMs: 0, incarnation: 1 });
  const body = ringBody(ring.nodes[0]!.ring, { version: '0.1.0', uptimeMs: 5 });
  t.is(fits(ringBodySchema, structuredClone(body)), undefined);
  t.deepEqual(body.nodes.map(({ nodeId, state, suspected }) => [nodeId, state, suspected]), [
    [nodeIdOf(0), 'up', undefined],
    [nodeIdOf(1), 'up', true],
    [nodeIdOf(2), 'down', undefined],
  ]);
  t.like(body, { self: nodeIdOf(0), previous: nodeIdOf(0), next: nodeIdOf(0), epoch: 1, oldestEpoch: 1, whole: false, state: 'split', lastCheck: { complete: true } });
  t.is(body.nodes[1]!.syncedEpoch, 1);
});

/** A ring whose nodes look after CHECKs. */
function aRing(count: number): HandMadeRing {
  const ring = new HandMadeRing(count);
  for (const index of ring.nodes.keys()) ring.act(index, (state, turn) => noteHealth(state, turn));
  return ring;
}

function aWholeRing(count: number): HandMadeRing {
  const ring = aRing(count);
  for (const index of ring.nodes.keys()) ring.act(index, onCheckDue);
  ring.pass(6_000);
  return ring;
}
