import type { Letter } from '../world.js';
import { digestOf } from './conditional-branch.js';
import type { Schedule } from './stage.js';

/**
 * A conditional upload is accepted by one of three owners, and its next round meets the other two, who have something older: "the condition
 * failed" may be said only once that older content is chosen anew, or the first owner's copy would turn up after all.
 */
export const refusedAfterAccept: Schedule = (stage) => {
  const { workload, name } = stage;
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
  stage.until('its acceptance by the first owner', () => upload.answer !== undefined || first!.disk.register(name)?.value?.digest === digestOf(upload));
  // Later rounds meet the second and the third, and no further ACCEPT of the upload gets through.
  const isUpload = ({ type, text }: Letter) => type === 'ACCEPT' && text.includes(digestOf(upload));
  stage.lose((from, to, letter) => isUpload(letter) || (from === first && to === coordinator) || (from === coordinator && to === first));
  stage.answered(upload);
  stage.heal();
  for (const voter of voters) stage.answered(workload.read(voter, name));
};
