import { formatStamp, type Message } from '@coring/protocol';
import type { SimulatedNode } from '../simulated-node.js';
import { digestOf } from './conditional-branch.js';
import { aNameBeside } from './names.js';
import type { Schedule, Stage } from './stage.js';
import { bringsRegisters } from './stale-voter.js';

/** A deleted file leaves nothing behind, in the end, on any node. */
export const reaped: Schedule = (stage) => {
  const { workload, name } = stage;
  stage.answered(workload.put(stage.node(0), name));
  stage.answered(workload.delete(stage.node(1), name));
  stage.until('the tombstone reaped', () => isGone(stage));
  stage.answered(workload.put(stage.node(2), name, { ifNoneMatch: '*' }));
  stage.answered(workload.read(stage.node(3), name));
};

/** A node that owns nothing of a file has replaced it aside, on condition that it is still what it was, and cannot merge that. Meanwhile the others delete it. */
export const asideWhileReaped: Schedule = (stage) => deleteBeside(stage, () => {});

/** The same, and it is cut off meanwhile. */
export const awayWhileReaped: Schedule = (stage) => deleteBeside(stage, () => stage.split([], [3]));

function deleteBeside(stage: Stage, cutOff: () => void): void {
  const { workload } = stage;
  const away = stage.node(3);
  const name = aNameBeside([away], stage.world.nodes);
  const before = stage.answered(workload.put(away, name));
  stage.lose((from, _to, { type }) => (type === 'PREPARE' || type === 'ACCEPT' || type === 'BRANCH') && from === away);
  stage.answered(workload.put(away, name, { ifMatch: [digestOf(before)] }));
  cutOff();
  stage.answered(workload.delete(stage.node(0), name));
  stage.pass(60_000);
  stage.heal();
  stage.pass(10_000);
  stage.answered(workload.read(stage.node(1), name));
}

/** One of the owners hears nothing of a deletion, and nothing else of the file. */
export const unheardDeletion: Schedule = (stage) => {
  const { workload, name } = stage;
  const [first, , deaf] = stage.roles().voters as [SimulatedNode, SimulatedNode, SimulatedNode];
  stage.answered(workload.put(first, name));
  stage.pass(1_000);
  stage.lose((_from, to, { type }) => to === deaf && (bringsRegisters(type) || type === 'REGISTER'));
  stage.answered(workload.delete(first, name));
  stage.pass(50_000);
  stage.heal();
  stage.pass(5_000);
  stage.answered(workload.read(first, name));
};

/** The messages of one ballot are held up for longer than anything may be. Meanwhile its upload is chosen by another, and deleted, and the tombstone reaped. */
export const lateAccept: Schedule = (stage) => {
  const { workload } = stage;
  const writer = stage.node(3);
  const name = aNameBeside([writer], stage.world.nodes);
  const before = stage.answered(workload.put(writer, name));
  stage.pass(1_000);
  const held: (() => void)[] = [];
  let ballot = '';
  stage.lose((from, to, { type, text, bytes }) => {
    if (type !== 'ACCEPT' || from !== writer) return false;
    const message = JSON.parse(text) as Extract<Message, { type: 'ACCEPT' }>;
    if (message.ballot === undefined) return true;
    ballot ||= formatStamp(message.ballot);
    if (formatStamp(message.ballot) !== ballot) return false;
    held.push(() => to.feed({ type: 'message', message, seenAddress: writer.address, ...(bytes === undefined ? {} : { token: to.stage(bytes) }) }));
    return true;
  });
  stage.answered(workload.put(writer, name, { ifMatch: [digestOf(before)] }));
  stage.answered(workload.delete(stage.node(0), name));
  stage.until('the tombstone reaped', () => [0, 1, 2].every((index) => stage.node(index).disk.register(name) === undefined));
  for (const deliver of held) deliver();
  stage.heal();
  stage.pass(5_000);
  stage.answered(workload.read(stage.node(0), name));
};

function isGone({ world, name }: Stage): boolean {
  return world.nodes.every(({ disk }) => disk.register(name) === undefined);
}
