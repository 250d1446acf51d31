import type { SimulatedNode } from '../simulated-node.js';
import { isSettled, type Schedule } from './stage.js';

/**
 * Four of nine nodes have an upload: three voters, a majority of them, and one that does not vote. The disks of the three are lost, and the operator forgets them. The fourth has the
 * upload still, and brings it back, though it has no vote after that either.
 */
export const lastCopyWithoutVote: Schedule = (stage) => {
  const { workload, world, name } = stage;
  const owners = stage.roles().voters;
  const lost = owners.slice(0, 3);
  const [writer] = lost as [SimulatedNode];
  const last = owners.at(-1)!;
  stage.answered(workload.put(writer, name));
  stage.pass(1_000);
  stage.splitOff(...lost, last);
  stage.pass(5_000);
  stage.answered(workload.put(writer, name));
  stage.pass(5_000);
  for (const node of lost) node.loseDisk();
  stage.heal();
  stage.pass(15_000);
  for (const { nodeId } of lost) owners[3]!.feed({ type: 'operate', ref: `forget ${nodeId}`, op: 'forget', nodeId });
  stage.until('an epoch without the lost ones', () => world.running().every(({ ring }) => isSettled(ring, 6)));
  stage.pass(60_000);
  stage.until('it brought back', () => owners[3]!.disk.register(name)?.value?.digest === last.disk.register(name)?.value?.digest);
  stage.answered(workload.read(owners[3]!, name));
};
