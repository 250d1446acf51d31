import { bucketOf, type Message, type MessageOf } from '@coring/protocol';
import type { SimulatedNode } from '../simulated-node.js';
import type { Schedule } from './stage.js';

/**
 * An owner that may have been passed over asks another one for what it lacks, and is told of a tombstone with it. Before that page arrives, the tombstone is reaped
 * everywhere, and the file written anew: what the page tells has not seen that, and must not take its place.
 */
export const toldAndReaped: Schedule = (stage) => {
  const { workload, name } = stage;
  const [first, , asker] = stage.roles().voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  stage.answered(workload.put(first, name));
  stage.answered(workload.delete(first, name));
  stage.pass(1_000);
  // Without it the buckets would be alike, and nothing would be told.
  const missed = ['PREPARE', 'ACCEPT', 'COMMIT', 'FORWARD'];
  stage.lose((_from, to, { type }) => to === asker && missed.includes(type));
  stage.answered(workload.put(first, aNameBesideIt(name)));

  let isAccused = false;
  let page: MessageOf<'SYNCED'> | undefined;
  const reaps = new Map<SimulatedNode, Message>();
  stage.lose((_from, to, letter) => {
    const { type, text } = letter;
    if (to === asker && missed.includes(type)) return true;
    if (type === 'REAP' && (JSON.parse(text) as MessageOf<'REAP'>).drop) {
      reaps.set(to, JSON.parse(text) as Message);
      return true;
    }
    if (to === asker && type === 'PING' && reaps.size > 0 && !isAccused) {
      isAccused = true;
      const { nodeId, incarnation } = asker.ring!.self;
      letter.text = JSON.stringify({ ...(JSON.parse(text) as Message), accusations: [{ nodeId, incarnation }] });
    }
    if (to !== asker || type !== 'SYNCED' || !text.includes(JSON.stringify(name))) return false;
    page ??= JSON.parse(text) as MessageOf<'SYNCED'>;
    return true;
  });
  stage.until('a page that tells of the tombstone', () => page !== undefined);
  for (const [node, message] of reaps) node.feed({ type: 'message', message });
  stage.lose((_from, to, { type }) => to === asker && type === 'SYNCED');
  stage.until('it to be reaped', () => stage.world.nodes.every(({ disk }) => disk.register(name) === undefined));
  stage.answered(workload.put(first, name));
  asker.feed({ type: 'message', message: page! });
  stage.pass(20);
  stage.answered(workload.read(asker, name));
};

/** Another name of the same bucket. */
function aNameBesideIt(name: string): string {
  for (let number = 0; ; number++) if (bucketOf(`name ${number}`) === bucketOf(name)) return `name ${number}`;
}
