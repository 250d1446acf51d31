import { digestOf } from './conditional-branch.js';
import { aNameBeside } from './names.js';
import type { Schedule } from './stage.js';

/**
 * A node that owns nothing of a file is to replace it if it is still what it was. The owners promise, and for longer than anything may last they cannot get
 * the bytes. Meanwhile the file is deleted, and the tombstone reaped: what was promised is no ground to make a new version on.
 */
export const slowUpload: Schedule = (stage) => {
  const { workload, world } = stage;
  const writer = stage.node(3);
  const name = aNameBeside([writer], world.nodes);
  const before = stage.answered(workload.put(stage.node(0), name));
  stage.pass(1_000);
  let promises = 0;
  stage.lose((from, to, { type }) => {
    if (type === 'PROMISE' && to === writer) promises++;
    return type === 'FORWARD' && from === writer;
  });
  const upload = workload.put(writer, name, { ifMatch: [digestOf(before)] });
  stage.until('the promises of all owners', () => promises >= 3);
  stage.pass(500);
  stage.answered(workload.delete(stage.node(0), name));
  stage.pass(30_000);
  stage.until('the tombstone reaped', () => world.nodes.every(({ disk }) => disk.register(name) === undefined));
  stage.heal();
  stage.answered(upload);
  stage.pass(8_000);
  stage.answered(workload.read(stage.node(0), name));
};
