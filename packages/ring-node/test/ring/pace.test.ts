import test from 'ava';
import { mayMove, MOVE_RATE, spend } from '../../src/ring/files/pace.js';
import { aGrowingCluster } from './a-growing-cluster.js';
import { HandMadeRing } from './a-hand-made-ring.js';

test('copies move at a bounded rate, at a lower one while clients keep the node busy, and at the full one afterwards', (t) => {
  const hand = new HandMadeRing(3);
  const { ring } = hand.nodes[0]!;
  const mayMoveNow = (): boolean => {
    let may = false;
    hand.act(0, (state, turn) => (may = mayMove(state, turn)));
    return may;
  };
  const pass = (ms: number): boolean => {
    hand.nowMs += ms;
    return mayMoveNow();
  };
  t.true(mayMoveNow());
  spend(ring, 3 * MOVE_RATE);
  t.false(mayMoveNow());
  t.false(pass(1_900));
  t.true(pass(200));
  for (let i = 0; i < 8; i++) ring.files.clients.set(String(i), {} as never);
  for (let i = 0; i < 10; i++) pass(500);
  t.is(ring.files.pace.share, 1 / 8);
  spend(ring, MOVE_RATE);
  t.false(pass(6_000));
  ring.files.clients.clear();
  for (let i = 0; i < 20; i++) pass(500);
  t.is(ring.files.pace.share, 1);
});

test('what a node takes over comes at its rate and no faster, also of names that others look after meanwhile', (t) => {
  const [rate, bytes] = [1_000, 2_000];
  const { cluster, joiner } = aGrowingCluster({ moveRate: rate }, { count: 40, bytes, restMs: 120_000 });
  t.true(cluster.nodes.slice(0, 3).every(({ ring }) => ring.files.patrol.rounds > 0));
  t.true(cluster.until(() => joiner.disk.kept.size > 0, 60_000));
  const beganMs = cluster.nowMs;
  const isOver = (): boolean => joiner.ring.placement.ready.has(joiner.ring.placement.newest);
  for (let seconds = 0; seconds < 600 && !isOver(); seconds++) {
    cluster.runFor(1_000);
    // One second's bytes may be saved up, and the transfer that empties the bucket is paid for afterwards.
    t.true(joiner.disk.kept.size * bytes <= rate * (seconds + 3) + bytes, `${joiner.disk.kept.size} files after ${seconds + 1} s`);
  }
  t.true(isOver());
  t.true(joiner.disk.kept.size > 20);
  t.true((cluster.nowMs - beganMs) / 1_000 < (joiner.disk.kept.size * bytes) / rate + 10);
});
