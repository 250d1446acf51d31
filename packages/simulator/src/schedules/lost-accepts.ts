import type { Schedule, Stage } from './stage.js';

/** The first ACCEPTs of an upload are lost, and a second round goes through: it is the same version, and its bytes are there. */
export const lostAccepts: Schedule = (stage) => {
  const upload = uploadWithLostAccepts(stage);
  stage.heal();
  stage.answered(upload);
  stage.pass(1_000);
};

/** The same, but then its node is cut off: what it keeps beside the main line is again the same version. */
export const lostAcceptsThenAlone: Schedule = (stage) => {
  const { voters } = stage.roles();
  const upload = uploadWithLostAccepts(stage);
  stage.heal();
  stage.splitOff(...voters);
  stage.answered(upload);
  stage.pass(6_000);
};

function uploadWithLostAccepts(stage: Stage): ReturnType<Stage['answered']> {
  let lost = 0;
  stage.lose((_from, _to, { type }) => {
    if (type === 'ACCEPT') lost++;
    return type === 'ACCEPT';
  });
  // Not an owner: the first version is nowhere but with its maker.
  const upload = stage.workload.put(stage.roles().others[0]!, stage.name);
  stage.until('ACCEPTs to be lost', () => lost >= 2);
  stage.pass(100);
  return upload;
}
