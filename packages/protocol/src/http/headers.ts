/** The headers of Coring's own. Receipts on answers, wishes on requests. */
export const headers = {
  copies: 'Coring-Copies',
  grade: 'Coring-Grade',
  nodes: 'Coring-Nodes',
  version: 'Coring-Version',
  epoch: 'Coring-Epoch',
  hops: 'Coring-Hops',
  conflicts: 'Coring-Conflicts',
  state: 'Coring-State',
  require: 'Coring-Require',
  requireCopies: 'Coring-Require-Copies',
  resolve: 'Coring-Resolve',
  idempotencyKey: 'Idempotency-Key',
  reprDigest: 'Repr-Digest',
} as const;

export const grades = ['strong', 'weak'] as const;
export type Grade = (typeof grades)[number];

export const ringHealths = ['whole', 'degraded', 'split'] as const;
/** `whole`: every node that has not left is up and the last CHECK came home. `degraded`: some are down, a majority of the epoch is up. `split`: no majority. */
export type RingHealth = (typeof ringHealths)[number];
