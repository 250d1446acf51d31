import { compareStamps, type MessageOf, type Message } from '@coring/protocol';
import type { PutRequest } from '../history.js';
import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule } from './stage.js';

/**
 * Every node has copies. The lap with a copy of an upload reaches its next node when the file is deleted, and the tombstone reaped. That node does not take it, and must not send it on either, as if
 * it was told now: another one has the same bytes at hand, for an upload that is under way.
 */
export const belatedLap: Schedule = (stage) => {
  const { name, workload, world } = stage;
  const [first] = stage.roles().voters as [SimulatedNode];
  const like = stage.answered(workload.put(first, 'b.txt')).request as PutRequest;
  const upload = { ...like, name, size: 100_000 };
  let late: MessageOf<'FORWARD'> | undefined;
  let next: SimulatedNode | undefined;
  stage.lose((_from, to, { type, text }) => {
    if (type !== 'FORWARD' || late !== undefined) return false;
    const forward = JSON.parse(text) as MessageOf<'FORWARD'>;
    if (forward.mode !== 'fill' || forward.name !== name) return false;
    [late, next] = [forward, to];
    return true;
  });
  stage.answered(world.ask(first, { ...upload, ref: 'first', opId: 'first', token: 'first' }));
  stage.answered(workload.delete(first, name));
  stage.until('it to be reaped', () => world.nodes.every(({ disk }) => disk.register(name) === undefined));
  // Nobody remembers the lap any more.
  stage.pass(60_000);
  stage.answered(workload.put(next!, 'b.txt'));
  const { version } = late!.value!;
  stage.never('what was deleted is there again', () => world.nodes.some(({ disk }) => compareStamps(disk.register(name)?.value?.version, version) === 0));
  stage.lose((_from, _to, { type }) => type === 'PREPARE' || type === 'ACCEPT');
  const again = world.ask(first, { ...upload, ref: 'again', opId: 'again', token: 'again', conditions: { ifNoneMatch: '*' } });
  stage.pass(200);
  next!.feed({ type: 'message', message: late as Message });
  stage.pass(100);
  stage.heal();
  stage.answered(again);
};
