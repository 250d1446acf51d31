import type { Movement } from '@coring/protocol';
import test from 'ava';
import { movementOf } from '../../src/ring/files/movement.js';
import { ringBody } from '../../src/ring/index.js';
import type { Cluster, ClusterNode } from './a-cluster.js';
import { aGrowingCluster, type Files } from './a-growing-cluster.js';

interface Look {
  readonly atMs: number;
  readonly movement: Movement;
}

const LOOK_MS = 500;

for (const [what, moveRate, files] of [
  ['many small files', 160, { count: 400 }],
  ['a few large files', 1_000, { count: 40, bytes: 2_000 }],
  ['a few files each of which takes longer than the rate is measured for', 100, { count: 40, bytes: 2_000 }],
] as const satisfies [string, number, Files][]) {
  test(`the time that a move has left is told within a factor of two, and so are its bytes, where it is about ${what}`, (t) => {
    const { cluster, joiner } = aGrowingCluster({ moveRate }, files);
    const looks = looksAtMove(cluster, joiner);
    const [beganMs, endMs] = [looks[0]!.atMs, cluster.nowMs];
    t.true(endMs - beganMs > 20_000);
    const lastFileS = 2 + (files.bytes ?? 20) / moveRate;
    for (const { atMs, movement } of looks.filter((look) => look.atMs - beganMs > (endMs - beganMs) / 5)) {
      const { secondsLeft = Number.NaN, bytesLeft, bytesDone } = movement;
      const [leftS, left] = [(endMs - atMs) / 1_000, looks.at(-1)!.movement.bytesDone - bytesDone];
      // A file that is under way counts as a whole.
      t.true(secondsLeft <= 2 * (leftS + lastFileS) && secondsLeft >= leftS / 2 - lastFileS, `${secondsLeft} s told with ${leftS} s left`);
      t.true(bytesLeft <= 2 * (left + lastFileS * moveRate) && bytesLeft >= left / 2 - lastFileS * moveRate, `${bytesLeft} bytes told with ${left} left`);
    }
    const [first, middle, last] = [0.25, 0.5, 0.75].map((share) => looks[Math.floor(looks.length * share)]!.movement) as [Movement, Movement, Movement];
    t.true(first.secondsLeft! > middle.secondsLeft! && middle.secondsLeft! > last.secondsLeft!);
    t.true(first.bytesLeft > middle.bytesLeft && middle.bytesLeft > last.bytesLeft);
  });
}

test('the time that a move has left follows what clients leave it', (t) => {
  const { cluster, joiner } = aGrowingCluster({ moveRate: 80 }, { count: 400 });
  t.true(cluster.until(() => (movementOf(joiner.ring)?.bytesDone ?? 0) > 1_200, 120_000));
  const before = movementOf(joiner.ring)!.secondsLeft!;
  for (let i = 0; i < 8; i++) joiner.ring.files.clients.set(`client ${i}`, {} as never);
  cluster.runFor(120_000);
  const { secondsLeft } = movementOf(joiner.ring)!;
  const nowMs = cluster.nowMs;
  t.true(cluster.until(() => movementOf(joiner.ring) === undefined, 600_000));
  const leftS = (cluster.nowMs - nowMs) / 1_000;
  t.true(leftS > 2 * before);
  t.true(secondsLeft! <= 2 * leftS && secondsLeft! >= leftS / 2, `${secondsLeft} s told with ${leftS} s left`);
});

/** What the joiner says of itself at `/ring` every half second, from its first word about the move to the last. */
function looksAtMove(cluster: Cluster, joiner: ClusterNode): Look[] {
  const looks: Look[] = [];
  for (let tries = 0; tries < 4_000; tries++) {
    for (const node of cluster.nodes) cluster.input(node, { type: 'figures', freeBytes: 1e9, files: node.disk.kept.size, bytes: [...node.disk.kept.values()].reduce((sum, { size }) => sum + size, 0) });
    cluster.runFor(LOOK_MS);
    const movement = toldBy(joiner);
    if (movement !== undefined) looks.push({ atMs: cluster.nowMs, movement });
    else if (looks.length > 0) return looks;
  }
  throw new Error('the move does not end');
}

function toldBy({ nodeId, ring }: ClusterNode): Movement | undefined {
  if (ring.self.phase !== 'in') return undefined;
  return ringBody(ring, { version: '0', uptimeMs: 0 }).nodes.find((node) => node.nodeId === nodeId)!.movement;
}
