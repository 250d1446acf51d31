import test from 'ava';
import { isBusy, mayMove, MOVE_RATE, spend } from '../../src/ring/files/pace.js';
import { onProbeDue } from '../../src/ring/membership/probing.js';
import { step } from '../../src/ring/step.js';
import { aGrowingCluster } from './a-growing-cluster.js';
import { HandMadeRing } from './a-hand-made-ring.js';

type Act = (hand: HandMadeRing) => void;

for (const [what, busy, idle] of [
  [
    'requests of clients keep the node busy',
    ({ nodes }) => Array.from({ length: 8 }, (_, i) => nodes[0]!.ring.files.clients.set(String(i), {} as never)),
    ({ nodes }) => nodes[0]!.ring.files.clients.delete('7'),
  ],
  ['the timers of the node are late', (hand) => probeLate(hand, 50), (hand) => probeLate(hand, 49)],
  ['a fifth of its rate goes to and comes from clients', (hand) => tellLoad(hand, MOVE_RATE / 5), (hand) => tellLoad(hand, MOVE_RATE / 5 - 1)],
] as const satisfies [string, Act, Act][]) {
  test(`copies move at a bounded rate, at an eighth of it in the end while ${what}, and at the full one afterwards`, (t) => {
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
    t.false(pass(1_900));
    t.true(pass(200));
    busy(hand);
    t.true(isBusy(ring));
    for (let i = 0; i < 10; i++) pass(500);
    t.is(ring.files.pace.share, 1 / 8);
    spend(ring, MOVE_RATE);
    t.false(pass(6_000));
    t.true(pass(2_000));
    idle(hand);
    t.false(isBusy(ring));
    for (let i = 0; i < 20; i++) pass(500);
    t.is(ring.files.pace.share, 1);
  });
}

/** The probe round of a second comes so much too late. */
function probeLate(hand: HandMadeRing, lateMs: number): void {
  hand.act(0, (state, turn) => onProbeDue(state, lateMs, turn));
}

function tellLoad({ nodes, nowMs }: HandMadeRing, bytesPerSecond: number): void {
  step(nodes[0]!.ring, { type: 'load', bytesPerSecond }, { nowMs, wallMs: 0, seed: 1 });
}

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
