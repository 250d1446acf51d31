import { parseStamp } from '@coring/protocol';
import type { Clog } from './clogs.js';
import type { Blow, Deed } from './deeds.js';
import { scrub } from './failing-disk.js';
import { sayDeed } from './say-deed.js';
import type { SimulatedNode } from './simulated-node.js';
import { streamUpload } from './streamed-upload.js';
import type { World } from './world.js';

type DeedToOne = Extract<Deed, { node: string }>;

/** A shell that was asked to stop ends after this, whatever the core says. */
const STOP_MS = 5_000;
/** A shell that nobody uses asks again and again whether its node may sleep, for so long. */
const SLEEPY_MS = 4_000;
const SLEEPY_LOOK_MS = 100;

/** Does a deed; one whose node is not there, or not in the ring, comes to nothing. */
export function perform(world: World, deed: Deed): void {
  if (deed.do !== 'start' && deed.do !== 'ask' && deed.do !== 'stream' && deed.do !== 'hang-up') {
    world.count(`fault ${deed.do}`);
    world.trace.line(world.nowMs, '**', () => sayDeed(deed));
  }
  world.note(deed);
  switch (deed.do) {
    case 'start': {
      const node = world.add(deed.newcomer);
      return world.timeline.after(deed.afterMs, () => node.start());
    }
    case 'join':
      return world.add(deed.newcomer).start();
    case 'split':
      world.network.split(new Map(deed.sides));
      return healAfter(world, deed.healAfterMs);
    case 'cut':
    case 'partial-cut':
      world.network.cut(deed.from, deed.to);
      if (deed.do === 'partial-cut') world.network.cut(deed.to, deed.from);
      return healAfter(world, deed.healAfterMs);
    case 'flap':
      return flap(world, deed, deed.times);
    case 'lasting-cut':
      return world.network.cutLastingly(deed.from, deed.to);
    case 'clog':
      return clog(world, deed, deed.forMs);
    case 'swizzle':
      for (const link of deed.links) world.timeline.after(link.afterMs, () => clog(world, link, link.forMs));
      return;
    case 'omit':
      world.network.omissions.begin(deed);
      return world.timeline.after(deed.forMs, () => world.network.omissions.end(deed));
    case 'ambush':
      return world.ambushes.lay({ ...deed, strike: (node) => node.later(deed.afterMs, () => strike(world, node, deed.blow)) });
    case 'heal':
      return world.network.heal();
    default: {
      const node = world.called(deed.node);
      if (node?.isRunning === true) performAt(world, node, deed);
      else if (node?.standing === 'asleep' && (deed.do === 'ask' || deed.do === 'stream')) wakeAndAsk(world, node, deed);
    }
  }
}

function performAt(world: World, node: SimulatedNode, deed: DeedToOne): void {
  const isIn = node.ring?.self.phase === 'in';
  switch (deed.do) {
    case 'ask':
      if (isIn) world.ask(node, deed.request);
      return;
    case 'stream':
      if (isIn) streamUpload(node, deed.request, deed.course, () => world.ask(node, deed.request));
      return;
    case 'hang-up':
      return world.hangUp(node, deed.ref);
    case 'pause':
      return node.pause(deed.forMs);
    case 'crash':
      node.crash();
      return startAfter(node, deed.startAfterMs);
    case 'move':
      if (world.at(deed.address) !== undefined) return;
      node.crash();
      node.moveTo(deed.address);
      return startAfter(node, deed.startAfterMs);
    case 'weigh':
      node.crash();
      node.capacity = deed.capacity;
      return startAfter(node, deed.startAfterMs);
    case 'clone-disk':
      // Whom nobody knows, nobody can tell from its copy.
      if (survivorsOf(world, node).length === 0) return;
      return world.clones.start(node, deed.clone, deed.endAfterMs);
    case 'lose-disk':
      return loseDisk(world, node, deed);
    case 'low-disk':
      node.disk.fullUntilMs = world.nowMs + deed.forMs;
      return;
    case 'read-errors':
      node.disk.unreadableUntilMs = world.nowMs + deed.forMs;
      return;
    case 'bit-rot':
      return rot(world, node, deed);
    case 'clock-jump':
      node.clock.skewMs += deed.byMs;
      return;
    case 'clock-drift':
      return node.clock.driftFrom(world.nowMs, deed.by);
    case 'full-disk':
      node.feed({ type: 'room', isFull: true });
      return node.later(deed.forMs, () => node.feed({ type: 'room', isFull: false }));
    case 'sleep':
      return fallAsleep(node, deed.wakeAfterMs, SLEEPY_MS);
    case 'leave-away':
      node.feed({ type: 'leave', mode: 'away' });
      node.later(STOP_MS, () => node.stop('stopped'));
      return startAfter(node, deed.startAfterMs);
    case 'leave-for-good':
      // If all left, nobody would be there to drain to.
      if (othersOf(world, node).length < 2) return;
      if (deed.through === undefined) return node.feed({ type: 'leave', mode: 'for-good' });
      return world.called(deed.through)?.feed({ type: 'operate', ref: `operate ${world.nowMs}`, op: 'leave', nodeId: node.nodeId });
  }
}

/** The other nodes that are in the ring. */
export function othersOf(world: World, node: SimulatedNode): SimulatedNode[] {
  return world.running().filter((other) => other !== node && other.ring?.self.phase === 'in');
}

/** The other nodes that can decide about the ring when one is gone, and know it: with the only member of an epoch the ring itself is lost. */
export function survivorsOf(world: World, node: SimulatedNode): SimulatedNode[] {
  return othersOf(world, node).filter(({ nodeId, ring }) => ring?.placement.epochs.at(-1)?.members.some((member) => member.nodeId === nodeId));
}

/** A client, too, wakes the node that it asks. */
function wakeAndAsk(world: World, node: SimulatedNode, deed: DeedToOne): void {
  world.timeline.after(node.dialled() + 1, () => {
    if (node.isRunning) performAt(world, node, deed);
  });
}

function fallAsleep(node: SimulatedNode, wakeAfterMs: number, leftMs: number): void {
  node.feed({ type: 'leave', mode: 'sleep', wakeAfterMs });
  if (leftMs > 0) node.later(SLEEPY_LOOK_MS, () => fallAsleep(node, wakeAfterMs, leftMs - SLEEPY_LOOK_MS));
}

function startAfter(node: SimulatedNode, afterMs: number): void {
  node.world.timeline.after(afterMs, () => {
    if (node.standing === 'stopped') node.start();
  });
}

/** Cut for one half of each time, one way: what answers gets through. */
function flap(world: World, { from, to, everyMs }: Extract<Deed, { do: 'flap' }>, times: number): void {
  if (times === 0 || world.network.isCalm) return;
  world.network.cut(from, to);
  world.timeline.after(everyMs / 2, () => world.network.mend(from, to));
  world.timeline.after(everyMs, () => flap(world, { do: 'flap', from, to, everyMs, times }, times - 1));
}

function clog({ network, timeline }: World, { from, to }: Clog, forMs: number): void {
  if (network.isCalm) return;
  const one = { from, to };
  network.clogs.clog(one);
  timeline.after(forMs, () => network.clogs.free(one));
}

function strike(world: World, node: SimulatedNode, blow: Blow): void {
  if (world.network.isCalm) return;
  world.trace.line(world.nowMs, '**', () => `it meets ${node.name}`);
  world.count('ambushes met');
  if (blow.do !== 'split') return performAt(world, node, { ...blow, node: node.name });
  world.network.split(new Map([[node.name, 1]]));
  healAfter(world, blow.healAfterMs);
}

/** The last sound copy stays: nothing could be made of it. */
function rot(world: World, node: SimulatedNode, { name, version, scrubAfterMs }: Extract<Deed, { do: 'bit-rot' }>): void {
  const isElsewhere = world.nodes.some((other) => other !== node && other.standing !== 'left' && other.disk.content(name, parseStamp(version)!) !== undefined);
  if (!isElsewhere || !node.disk.damage(name, version)) return;
  world.losses.damaged(name, version);
  node.later(scrubAfterMs, () => scrub(node));
}

function loseDisk(world: World, node: SimulatedNode, { newcomer, startAfterMs, forgetAfterMs }: Extract<Deed, { do: 'lose-disk' }>): void {
  if (survivorsOf(world, node).length === 0) return;
  node.loseDisk();
  const successor = world.add(newcomer);
  startAfter(successor, startAfterMs);
  world.timeline.after(forgetAfterMs, () => {
    const [other] = othersOf(world, node);
    other?.feed({ type: 'operate', ref: `forget ${node.nodeId}`, op: 'forget', nodeId: node.nodeId });
  });
}

function healAfter(world: World, afterMs: number): void {
  world.timeline.after(afterMs, () => world.network.heal());
}
