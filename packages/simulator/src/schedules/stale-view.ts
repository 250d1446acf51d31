import type { Schedule } from './stage.js';

/**
 * A node that is no owner writes a file for its client and is cut off at once. It knows that its version was chosen, but has no copy of it:
 * asked to create the file if there is none, it must not judge by what it has.
 */
export const staleView: Schedule = (stage) => {
  const { workload, name } = stage;
  const [writer] = stage.roles().others;
  stage.answered(workload.put(writer!, name));
  const index = stage.world.nodes.indexOf(writer!);
  stage.split([index], stage.world.nodes.map((_, i) => i).filter((i) => i !== index));
  const create = workload.put(writer!, name, { ifNoneMatch: '*' });
  stage.never('a file was created that was known to be there', () => create.answer?.type === 'stored');
  stage.answered(create);
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.read(stage.roles().voters[0]!, name));
};
