import { put } from './a-client.js';
import { aSettledCluster, type Cluster, type ClusterNode, type ClusterOptions } from './a-cluster.js';

export interface Files {
  readonly count: number;
  /** Of each; a few dozen where it is not said. */
  readonly bytes?: number;
  /** How long they have been there when the fourth node comes. */
  readonly restMs?: number;
}

export interface GrowingCluster {
  readonly cluster: Cluster;
  readonly joiner: ClusterNode;
  readonly names: readonly string[];
}

/** Three nodes with files, and a fourth that has just been started. */
export function aGrowingCluster(options: ClusterOptions, { count, bytes = 0, restMs = 5_000 }: Files): GrowingCluster {
  const cluster = aSettledCluster(3, options);
  const names = Array.from({ length: count }, (_, i) => `f${i}`);
  for (const [i, name] of names.entries()) put(cluster, cluster.nodes[i % 3]!, name, `content of ${name}`.padEnd(bytes, '.'));
  cluster.runFor(restMs);
  cluster.sent.length = 0;
  const joiner = cluster.addNode();
  cluster.start(joiner, cluster.nodes[0]);
  return { cluster, joiner, names };
}
