import type { WriteRequest } from '../history.js';
import type { Schedule } from './stage.js';

/**
 * A write reaches one owner and no more; its client asks for it again, by the same id, at another node, and another upload follows.
 * When the first node, whose clock is ahead, comes back with what it had begun, the write must not happen a second time.
 */
export const retryElsewhere: Schedule = (stage) => {
  const { workload, name } = stage;
  stage.answered(workload.put(stage.node(1), name));
  stage.node(0).clock.skewMs += 3_000;
  stage.split([0], [1, 2, 3]);
  const first = workload.put(stage.node(0), name);
  stage.pass(300);
  stage.answered(workload.repeat(stage.node(2), first.request as WriteRequest));
  stage.answered(workload.put(stage.node(3), name));
  stage.answered(first);
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.read(stage.node(1), name));
};
