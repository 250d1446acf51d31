import { aNameOwnedFirstBy } from './names.js';
import type { Schedule } from './stage.js';

/**
 * A newcomer owns a file in the new epoch and begins to read it while it has nothing. In the middle of that read it gets its registers, and
 * a lap retires the old epoch: what it gathered before does not count for the new one alone.
 */
export const retiredInBetween: Schedule = (stage) => {
  const { workload, world } = stage;
  const founder = stage.node(0);
  const newcomer = world.addNode([founder.address]);
  const name = aNameOwnedFirstBy([newcomer], [founder, newcomer]);
  stage.answered(workload.put(founder, name));
  const pages: string[] = [];
  let laps = 0;
  stage.lose((from, to, { type, text }) => {
    if (type === 'CHECK' && to === newcomer) laps++;
    const isHeld = type === 'SYNCED' && text.includes(JSON.stringify(name));
    if (isHeld) pages.push(text);
    return isHeld || (type === 'REGISTER' && from === founder);
  });
  newcomer.start();
  stage.until('a page of registers on its way', () => pages.length > 0);
  // The founder asks by a lap each second whether everybody is synced: the read begins shortly before the next one.
  const before = laps;
  stage.until('a lap', () => laps > before);
  stage.pass(700);
  const read = workload.read(newcomer, name);
  stage.pass(5);
  newcomer.feed({ type: 'message', message: JSON.parse(pages.at(-1)!) });
  stage.until('the old epoch retired or the read answered', () => newcomer.ring?.placement.oldest === 2 || read.answer !== undefined);
  stage.pass(250);
  stage.heal();
  stage.answered(read);
};
