import { aNameOwnedFirstBy } from './names.js';
import type { Schedule } from './stage.js';

/**
 * A node that owns nothing of a file reads it while the file moves. The new owner answers before it has copied it; the old one after the old epoch has
 * retired and it has let go of the file: that it has copied all that the new epoch gives it says nothing of this file.
 */
export const retiredElsewhere: Schedule = (stage) => {
  const { workload, world } = stage;
  const founder = stage.node(0);
  const [owner, reader] = [world.addNode([founder.address]), world.addNode([founder.address])];
  const name = aNameOwnedFirstBy([owner], [founder, owner, reader]);
  stage.answered(workload.put(founder, name));
  const [pages, questions]: [string[], string[]] = [[], []];
  let laps = 0;
  stage.lose((from, to, { type, text }) => {
    if (type === 'CHECK' && to === owner) laps++;
    const isPage = type === 'SYNCED' && to === owner && text.includes(JSON.stringify(name));
    if (isPage) pages.push(text);
    const isQuestion = type === 'QUERY' && from === reader && to === founder;
    if (isQuestion) questions.push(text);
    return isPage || isQuestion;
  });
  owner.start();
  reader.start();
  stage.until('an epoch of three, and a page of registers on its way', () => pages.length > 0 && reader.ring?.placement.epochs.at(-1)?.members.length === 3);
  // The founder looks around twice a second. Right after it does, a read begins; a lap with news retires the old epoch before it looks again.
  const before = laps;
  stage.until('a lap', () => laps > before);
  stage.pass(40);
  const read = workload.read(reader, name);
  stage.pass(10);
  owner.feed({ type: 'message', message: JSON.parse(pages.at(-1)!) });
  world.addNode([reader.address]).start();
  stage.until('the file gone from where it was', () => founder.disk.register(name) === undefined || read.answer !== undefined);
  if (questions.length > 0) founder.feed({ type: 'message', message: JSON.parse(questions.at(-1)!) });
  stage.pass(50);
  stage.heal();
  stage.answered(read);
};
