import type { Letter } from '../world.js';
import { digestOf } from './conditional-branch.js';
import type { Schedule } from './stage.js';

/**
 * A node writes aside, on condition that a file is what it was, and one owner that has missed what came since keeps that. A merge at this owner puts it beside
 * the file. Only then does the writer hear that it is kept, and tells its client that it is stored.
 */
export const unacknowledgedLoser: Schedule = (stage) => {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const [first, , keeper] = voters;
  const [writer] = others;
  const before = stage.answered(workload.put(first!, name));
  stage.pass(500);
  let told: (() => void) | undefined;
  const isHeld = ({ type }: Letter) => type === 'BRANCHED' && told === undefined;
  let isBehind = true;
  stage.lose((from, to, letter) => {
    if (isHeld(letter)) told = () => writer!.feed({ type: 'message', message: JSON.parse(letter.text), seenAddress: from.address });
    if (letter.type === 'BRANCHED') return true;
    const isOfWriter = from === writer && (to !== keeper || letter.type === 'PREPARE' || letter.type === 'ACCEPT');
    return (isOfWriter && isAboutFile(letter)) || (isBehind && to === keeper && from !== writer && isAboutFile(letter));
  });
  const aside = workload.put(writer!, name, { ifMatch: [digestOf(before)] });
  stage.answered(workload.put(first!, name));
  stage.until('it to be kept by one owner', () => told !== undefined);
  isBehind = false;
  stage.answered(workload.read(keeper!, name));
  told!();
  stage.answered(aside);
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.read(first!, name));
};

function isAboutFile({ type }: Letter): boolean {
  return type === 'QUERY' || type === 'PREPARE' || type === 'ACCEPT' || type === 'COMMIT' || type === 'BRANCH';
}
