import type { WriteRequest } from '../history.js';
import type { Schedule } from './stage.js';

/**
 * A deletion has a majority's promises, and none of its ACCEPTs arrives: its node, whose clock is ahead, is cut off and keeps it beside the main line.
 * Meanwhile somebody else deletes the file. When the two have met, the first client asks again: nobody has judged whether there was anything left for it to delete.
 */
export const deletedTwice: Schedule = (stage) => {
  const { workload, name } = stage;
  const { voters, others } = stage.roles();
  const first = others[0]!;
  stage.answered(workload.put(voters[0]!, name));
  let lost = 0;
  stage.lose((from, _to, { type }) => {
    const isLost = from === first && type === 'ACCEPT';
    if (isLost) lost++;
    return isLost;
  });
  first.clock.skewMs += 1_000;
  const aside = workload.delete(first, name);
  stage.until('ACCEPTs to be lost', () => lost >= 2);
  stage.splitOff(...voters);
  stage.answered(workload.delete(voters[0]!, name));
  stage.answered(aside);
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.repeat(first, aside.request as WriteRequest));
};

/**
 * A node that is no owner writes a file twice, each time in a majority, and is cut off with another one: both versions are known to be chosen there, and
 * no copy of either is at hand. Its client repeats the first request, and a second client deletes what that seems to have left.
 */
export const repeatedUnseen: Schedule = (stage) => {
  const { workload, name } = stage;
  const { others } = stage.roles();
  const [writer, other] = [others[0]!, others[1]!];
  const first = stage.answered(workload.put(writer, name));
  stage.answered(workload.put(writer, name, { ifMatch: contentOf(first.request as WriteRequest) }));
  stage.splitOff(writer, other);
  stage.answered(workload.repeat(writer, first.request as WriteRequest));
  stage.answered(workload.delete(other, name, { ifMatch: contentOf(first.request as WriteRequest) }));
  stage.heal();
  stage.pass(8_000);
  stage.answered(workload.read(other, name));
};

function contentOf(request: WriteRequest): string[] {
  return request.op === 'put' ? [request.digest] : [];
}
