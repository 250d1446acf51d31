import { aNameBeside } from './names.js';
import type { Schedule } from './stage.js';

/**
 * A newcomer has put a file before it became one of its owners: it has the bytes of its upload, and nothing else of the file. It is cut off while the
 * old epoch is retired, and does not hear of that. Before it asks the founder for the registers of that epoch, the founder, no owner any more,
 * looks whether all owners have what it has.
 */
export const bytesBeforeRegisters: Schedule = (stage) => {
  const { workload, world } = stage;
  const founder = stage.node(0);
  const newcomers = [1, 2, 3].map(() => world.addNode([founder.address]));
  const name = aNameBeside([founder], [founder, ...newcomers]);
  const writer = newcomers[0]!;
  let mayAsk = false;
  let mayHear = true;
  stage.lose((from, to, { type }) => {
    if (from === writer && (type === 'QUERY' || (type === 'SYNC' && !mayAsk))) return true;
    return (type === 'CHECK' || type === 'ROSTER') && to === writer && !mayHear;
  });
  for (const newcomer of newcomers) newcomer.start();
  stage.until('the newcomers in', () => newcomers.every(({ ring }) => ring?.self.phase === 'in'));
  stage.answered(workload.put(writer, name));
  stage.until('an epoch of all', () => writer.ring?.placement.newest === 2);
  mayHear = false;
  stage.split([], [1]);
  stage.until('the old epoch retired', () => founder.ring?.placement.epochs.length === 1);
  world.network.heal();
  for (let looks = 0; looks < 30 && founder.disk.register(name) !== undefined; looks++) stage.pass(500);
  const isReady = () => writer.ring?.placement.ready.has(2) === true;
  stage.never('an owner in sync lacks what was chosen before', () => isReady() && writer.ring!.files.cache.get(name)?.register.value === undefined);
  mayAsk = true;
  stage.until('the writer synced', isReady);
  mayHear = true;
  stage.until('the writer to know of one epoch', () => writer.ring?.placement.epochs.length === 1);
  stage.heal();
  stage.answered(workload.put(writer, name, { ifNoneMatch: '*' }));
};
