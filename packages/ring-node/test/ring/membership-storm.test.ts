import test from 'ava';
import { randomFrom } from '../../src/ring/random.js';
import { aCluster, type Cluster } from './a-cluster.js';

const STORM_MS = 60_000;

/** Anything that can happen to nodes and links, at any moment. */
function harm(cluster: Cluster, random: () => number): void {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const node = pick(cluster.nodes);
  switch (Math.floor(random() * 9)) {
    case 0:
    case 1:
      return cluster.crash(node);
    case 2:
    case 3:
      return cluster.restart(node);
    case 4:
      return cluster.pause(node, 300 + random() * 9_000);
    case 5:
      return cluster.cut(node, pick(cluster.nodes));
    case 6: {
      const border = Math.floor(random() * cluster.nodes.length);
      return cluster.split(cluster.nodes.slice(0, border), cluster.nodes.slice(border));
    }
    case 7:
      return cluster.mend();
    case 8: {
      cluster.input(node, { type: 'leave', mode: 'away' });
      return cluster.crash(node);
    }
  }
}

for (let seed = 1; seed <= 12; seed++) {
  test(`Whatever happened for a minute, all that run are one ring 15 s after it stopped, seed ${seed}`, (t) => {
    const cluster = aCluster(3 + (seed % 6), { seed, loss: seed % 3 === 0 ? 0.05 : 0, syncAtOnce: true });
    const random = randomFrom(seed * 7919);
    const endMs = cluster.nowMs + STORM_MS;
    while (cluster.nowMs < endMs) {
      cluster.runFor(random() * 2_500);
      harm(cluster, random);
      t.deepEqual(cluster.faults(), []);
    }
    cluster.mend();
    cluster.loss = 0;
    for (const node of cluster.nodes) if (!node.isRunning) cluster.restart(node);
    cluster.runFor(Math.max(0, ...cluster.nodes.map(({ pausedUntilMs }) => pausedUntilMs - cluster.nowMs)));
    t.true(cluster.until(() => cluster.isOneRing(), 15_000));
    const declaredBefore = cluster.eventsOf('member').filter(({ event }) => event.state === 'down').length;
    cluster.runFor(20_000);
    t.is(cluster.eventsOf('member').filter(({ event }) => event.state === 'down').length, declaredBefore, 'the ring did not come to rest');
    t.deepEqual(cluster.faults(), []);
  });
}
