import { formatStamp } from '@coring/protocol';
import { aNameOwnedFirstBy } from './names.js';
import type { Schedule } from './stage.js';

/**
 * A newcomer has taken a file over that is its own from now on, and finds its copy damaged. It has no room to get it again, and its disk is not told from one with a sound copy by
 * digests. Who had the file before has the only one that can be read, and must not let go of it.
 */
export const damagedAfterMove: Schedule = (stage) => {
  const { workload, world } = stage;
  const founder = stage.node(0);
  const newcomer = world.addNode([founder.address]);
  const name = aNameOwnedFirstBy([newcomer], [founder, newcomer]);
  stage.answered(workload.put(founder, name));
  newcomer.start();
  stage.until('a copy', () => newcomer.disk.versionsOf(name).length > 0);
  const [version] = newcomer.disk.versionsOf(name);
  newcomer.disk.fullUntilMs = world.nowMs + 60_000;
  newcomer.disk.damage(name, formatStamp(version!));
  newcomer.feed({ type: 'damaged', name, version: version! });
  stage.pass(30_000);
  newcomer.disk.fullUntilMs = -1;
  stage.pass(10_000);
  stage.answered(workload.read(newcomer, name));
};
