import type { Deed } from './deeds.js';
import { sayDeed } from './say-deed.js';
import type { SimulatedNode } from './simulated-node.js';
import { streamUpload } from './streamed-upload.js';
import type { World } from './world.js';

type DeedToOne = Extract<Deed, { node: string }>;

/** A shell that was asked to stop ends after this, whatever the core says. */
const STOP_MS = 5_000;

/** Does a deed; one whose node is not there, or not in the ring, comes to nothing. */
export function perform(world: World, deed: Deed): void {
  if (deed.do !== 'start' && deed.do !== 'ask' && deed.do !== 'stream') {
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
    case 'heal':
      return world.network.heal();
    default: {
      const node = world.called(deed.node);
      if (node?.isRunning === true) performAt(world, node, deed);
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
    case 'pause':
      return node.pause(deed.forMs);
    case 'crash':
      node.crash();
      return startAfter(node, deed.startAfterMs);
    case 'clock-jump':
      node.clock.skewMs += deed.byMs;
      return;
    case 'full-disk':
      node.feed({ type: 'room', isFull: true });
      return node.later(deed.forMs, () => node.feed({ type: 'room', isFull: false }));
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

function startAfter(node: SimulatedNode, afterMs: number): void {
  node.world.timeline.after(afterMs, () => {
    if (node.standing === 'stopped') node.start();
  });
}

function healAfter(world: World, afterMs: number): void {
  world.timeline.after(afterMs, () => world.network.heal());
}
