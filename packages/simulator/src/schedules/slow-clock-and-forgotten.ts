import type { WriteRequest } from '../history.js';
import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule } from './stage.js';

/** Together with two more: so many are remembered of a name. */
const OTHERS = 15;

/**
 * A node whose clock is behind takes an upload for a new file, and makes its version before the owners tell of the many that there were already: it looks older than those.
 * Another upload follows, and one is taken in from beside the main line. Asked for once more, by its id, the one before the last is not done again over what came after it.
 */
export const slowClockAndForgotten: Schedule = (stage) => {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [owner] = voters as [SimulatedNode];
  const [slow, apart] = others as [SimulatedNode, SimulatedNode];
  slow.clock.skewMs -= 30_000;
  stage.splitOff(apart);
  stage.pass(10_000);
  for (let i = 0; i < OTHERS; i++) stage.answered(workload.put(owner, name));
  const upload = stage.answered(workload.put(slow, name));
  stage.answered(workload.put(apart, name));
  stage.answered(workload.put(owner, name));
  stage.heal();
  stage.until('the merge', () => voters.every(({ disk }) => disk.register(name)?.value?.conflicts.length === 1));
  stage.answered(workload.repeat(owner, upload.request as WriteRequest));
  stage.answered(workload.read(owner, name));
};
