import { Cluster } from './cluster.js';
import type { ClusterOptions } from './cluster-options.js';

export type { ClusterNode } from './a-cluster-node.js';
export type { Cluster } from './cluster.js';
export type { ClusterOptions } from './cluster-options.js';

/** A cluster of `count` nodes that have found each other. */
export function aCluster(count: number, options: ClusterOptions = {}): Cluster {
  const cluster = new Cluster(options);
  for (let i = 0; i < count; i++) cluster.addNode();
  if (options.join === 'none') return cluster;
  for (const node of cluster.nodes) {
    const through = options.join === 'star' ? cluster.nodes[0]! : cluster.nodes[node.index - 1];
    cluster.start(node, node.index === 0 ? undefined : through);
    cluster.until(() => node.ring.self.phase === 'in', 5_000);
  }
  cluster.until(() => cluster.isOneRing(), 30_000);
  cluster.loss = options.loss ?? 0;
  return cluster;
}

/** The same, with one epoch of all in force. */
export function aSettledCluster(count: number, options: ClusterOptions = {}): Cluster {
  const cluster = aCluster(count, options);
  if (!cluster.until(() => cluster.isSettled(), 60_000)) throw new Error('the cluster did not settle');
  return cluster;
}
