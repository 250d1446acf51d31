import type { Schedule } from './stage.js';

/**
 * The owners have fetched an upload and said so; then they restart, and what was only staged is gone. They must not accept what they have no
 * bytes of: the node with the last copy burns soon after.
 */
export const bytesGoneBeforeAccept: Schedule = (stage) => {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const coordinator = others[0]!;
  let fetched = 0;
  stage.lose((_from, _to, { type }) => {
    if (type === 'ANSWER') fetched++;
    return type === 'PROMISE';
  });
  const upload = workload.put(coordinator, name);
  stage.until('the bytes at all owners', () => fetched === voters.length);
  stage.pass(5);
  for (const voter of voters) voter.crash();
  for (const voter of voters) voter.start();
  stage.heal();
  stage.answered(upload);
  coordinator.crash();
  coordinator.standing = 'left';
  stage.pass(8_000);
  voters[0]!.feed({ type: 'operate', ref: 'forget', op: 'forget', nodeId: coordinator.nodeId });
  stage.pass(1_000);
};
