import { bucketOf, type Message, type MessageOf } from '@coring/protocol';
import type { SimulatedNode } from '../simulated-node.js';
import type { Letter } from '../world.js';
import { isSettled, type Schedule, type Stage } from './stage.js';

/**
 * An owner that may have been passed over asks another one for what it lacks, and is told of a tombstone with it. Before that page arrives, the tombstone is reaped
 * everywhere, and the file written anew: what the page tells has not seen that, and must not take its place.
 */
export const toldAndReaped: Schedule = (stage) => {
  const { workload, name } = stage;
  const [first, , asker] = stage.roles().voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  const page = pageOfReaped(stage, first, asker);
  stage.answered(workload.put(first, name));
  asker.feed({ type: 'message', message: page });
  stage.pass(20);
  stage.answered(workload.read(asker, name));
};

/** A page that tells a node of a tombstone, on its way until that is reaped. */
function pageOfReaped(stage: Stage, first: SimulatedNode, asker: SimulatedNode): Message {
  const { workload, name } = stage;
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
  stage.until('it to be reaped', () => isReaped(stage));
  return page!;
}

/** Another name of the same bucket. */
function aNameBesideIt(name: string): string {
  for (let number = 0; ; number++) if (bucketOf(`name ${number}`) === bucketOf(name)) return `name ${number}`;
}

/**
 * The same is told to an owner that does not vote, before the file is written anew: it has nothing that what it is told could be held against. Nobody asks it about the file, and what
 * is written then counts from nothing: it must not have a vote later on with the tombstone in its hands.
 */
export const toldToNonVoter: Schedule = (stage) => votesInTheEnd(stage, pageOfReaped);

/** It is given the tombstone by who looks after the name. */
export const givenToNonVoter: Schedule = (stage) => votesInTheEnd(stage, copyOfReaped);

function votesInTheEnd(stage: Stage, lateFor: (stage: Stage, first: SimulatedNode, asker: SimulatedNode) => Message): void {
  const { workload, world, name } = stage;
  const voters = stage.roles().voters.slice(0, 5);
  const [first, lost] = voters as [SimulatedNode, SimulatedNode];
  const sixth = world.nodes.find((node) => !voters.includes(node))!;
  const message = lateFor(stage, first, sixth);
  sixth.feed({ type: 'message', message });
  stage.pass(100);
  stage.heal();
  stage.answered(workload.put(first, name));
  stage.pass(1_000);
  loseForEver(stage, lost, first);
  stage.answered(workload.read(sixth, name));
}

/** The copy of an upload reaches an owner that does not vote when the file is deleted, and the tombstone reaped. The file must not be there again, for whoever lists or once that owner votes. */
export const belatedCopy: Schedule = (stage) => {
  const { workload, name } = stage;
  const owners = stage.roles().voters;
  const [first, second, last] = [owners[0]!, owners[1]!, owners.at(-1)!];
  let late: Letter | undefined;
  stage.lose((_from, to, letter) => {
    if (to !== last || letter.type !== 'FORWARD' || late !== undefined) return false;
    late = letter;
    return true;
  });
  stage.answered(workload.put(first, name));
  stage.answered(workload.delete(first, name));
  stage.until('it to be reaped', () => isReaped(stage));
  last.feed({ type: 'message', message: JSON.parse(late!.text) as Message, token: last.stage(late!.bytes!) });
  stage.pass(100);
  stage.answered(workload.list(second));
};

/**
 * All but one owner that does not vote have let go of a tombstone, and the disk of the first of them is lost, which would have gone on. The file is written anew, and that owner
 * must not tell those who list of the deletion instead.
 */
export const halfReaped: Schedule = (stage) => {
  const { workload, name } = stage;
  const owners = stage.roles().voters;
  const [first, second, third] = owners as [SimulatedNode, SimulatedNode, SimulatedNode];
  const last = owners.at(-1)!;
  stage.answered(workload.put(first, name));
  // By a ballot: not all voters take it at once.
  stage.lose((_from, to, { type }) => type === 'ACCEPT' && to === third);
  stage.answered(workload.delete(first, name));
  stage.heal();
  let hasBegun = false;
  stage.lose((_from, to, { type, text }) => {
    if (type !== 'REAP' || !(JSON.parse(text) as MessageOf<'REAP'>).drop) return false;
    hasBegun = true;
    return to === last;
  });
  stage.until('it to be reaped', () => hasBegun);
  stage.pass(100);
  loseForEver(stage, first, second);
  stage.answered(workload.put(second, name));
  stage.answered(workload.list(second));
};

/** A node loses its disk, and the operator has another one forget it. */
function loseForEver(stage: Stage, lost: SimulatedNode, through: SimulatedNode): void {
  const { world } = stage;
  lost.loseDisk();
  stage.pass(10_000);
  through.feed({ type: 'operate', ref: 'forget it', op: 'forget', nodeId: lost.nodeId });
  const left = world.running();
  stage.until('an epoch without the lost one', () => left.every(({ ring }) => isSettled(ring, left.length)));
}

function copyOfReaped(stage: Stage, first: SimulatedNode, sixth: SimulatedNode): Message {
  const { workload, name } = stage;
  stage.answered(workload.put(first, name));
  stage.answered(workload.delete(first, name));
  stage.pass(1_000);
  let copy: Message | undefined;
  stage.lose((_from, to, { type, text }) => {
    if (to !== sixth || type !== 'FORWARD') return false;
    copy = JSON.parse(text) as Message;
    return true;
  });
  stage.until('it to be reaped', () => isReaped(stage) && copy !== undefined);
  return copy!;
}

function isReaped({ world, name }: Stage): boolean {
  return world.nodes.every(({ disk }) => disk.register(name) === undefined);
}
