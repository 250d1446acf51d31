import type { Schedule } from './stage.js';

/**
 * The ACCEPTs of an upload reach one owner only, and its node dies; a read there shows whether it counts. A second round meets the accepted
 * value at one owner, a third one meets the other two: what was read once stays read.
 */
export const acceptAtFew: Schedule = (stage) => {
  const { workload, name, world } = stage;
  stage.answered(workload.put(stage.node(0), name));
  let accepts = 0;
  stage.lose((_from, _to, { type }) => type === 'ACCEPT' && accepts++ > 0);
  const upload = workload.put(stage.node(0), name);
  stage.until('an ACCEPT on its way', () => accepts > 0 || upload.answer !== undefined);
  stage.pass(3);
  stage.node(0).crash();
  stage.heal();
  for (const node of world.running()) stage.answered(workload.read(node, name));
  stage.node(0).start();
  stage.pass(1_000);
  stage.answered(workload.put(stage.node(0), name));
  for (const node of world.running()) stage.answered(workload.read(node, name));
};
