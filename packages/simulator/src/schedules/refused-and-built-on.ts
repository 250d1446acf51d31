import { digestOf } from './conditional-branch.js';
import type { Schedule } from './stage.js';

/**
 * A conditional upload is accepted by one of three owners, which is cut off then. The other two have something older: the client hears that the condition
 * failed. At the owner that is cut off somebody replaces what it has, on condition that it is that. What never was there nobody can have replaced.
 */
export const refusedAndBuiltOn: Schedule = (stage) => {
  const { workload, name, world } = stage;
  const { voters, others } = stage.roles();
  const [first, , third] = voters;
  const [writer, coordinator] = others;
  stage.answered(workload.put(coordinator!, name));
  stage.pass(500);
  // What the condition names is accepted by the first owner alone.
  stage.lose((_from, to, { type }) => type === 'ACCEPT' && to !== first);
  const named = workload.put(writer!, name);
  stage.until('an acceptance by the first owner', () => first!.disk.register(name)?.value?.digest === digestOf(named));
  writer!.crash();
  // The first round of the conditional upload meets the first and the second owner, and is accepted by the first alone.
  stage.lose((from, to, { type }) => (type === 'ACCEPT' && to !== first) || (from === third && to === coordinator));
  const upload = workload.put(coordinator!, name, { ifMatch: [digestOf(named)] });
  stage.until('its acceptance by the first owner', () => first!.disk.register(name)?.value?.digest === digestOf(upload));
  world.network.split(new Map([[first!.name, 1]]));
  stage.lose(() => false);
  stage.answered(upload);
  stage.answered(workload.put(first!, name, { ifMatch: [digestOf(upload)] }));
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.read(coordinator!, name));
};
