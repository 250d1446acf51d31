import type { Random } from './random.js';
import type { SimulatedNode } from './simulated-node.js';
import type { World } from './world.js';

/** What can go wrong, or be asked for, in the middle of everything. */
export type FaultName =
  | 'split'
  | 'cut'
  | 'partial-cut'
  | 'heal'
  | 'pause'
  | 'crash'
  | 'crash-all'
  | 'clock-jump'
  | 'join'
  | 'leave-away'
  | 'leave-for-good';

/** No ring of a run grows above this, whatever joins. */
const NODES_MAX = 8;
/** At most this many nodes are asked to leave for good in one run: if all do, nobody is left to drain to. */
const LEAVERS_MAX = 2;
/** A shell that was asked to stop ends after this, whatever the core says. */
const STOP_MS = 5_000;

/** Lets faults happen, one after another at random moments, until the time is up. */
export function planFaults(world: World): void {
  const { faults, durationMs } = world.options;
  const random = world.random.stream();
  if (faults.names.length === 0) return;
  const next = () => {
    if (world.nowMs > durationMs) return;
    const name = random.pick(faults.names);
    if (commit(world, random, name)) {
      world.count(`fault ${name}`);
      world.trace.line(world.nowMs, '**', () => name);
    }
    world.timeline.after(random.between(0.2, 1.8) * faults.everyMs, next);
  };
  world.timeline.after(random.between(0, 2) * faults.everyMs, next);
}

/** The end of all faults: every node reaches all others, and no message is lost. */
export function endFaults(world: World): void {
  world.network.heal();
  world.network.isCalm = true;
  startStopped(world);
}

/** Starts every node that has not left. One that was asked to leave while it stood still ends only afterwards. */
export function startStopped(world: World): void {
  for (const node of world.nodes) if (node.standing === 'stopped') node.start();
}

/** Whether there was anything to do it to. */
function commit(world: World, random: Random, name: FaultName): boolean {
  const running = world.running();
  switch (name) {
    case 'split':
      world.network.split(new Map(world.nodes.map((node) => [node.name, random.below(random.chance(0.2) ? 3 : 2)])));
      return healSoon(world, random);
    case 'cut':
    case 'partial-cut': {
      const [from, to] = random.shuffled(world.nodes);
      if (from === undefined || to === undefined) return false;
      world.network.cut(from.name, to.name);
      if (name === 'partial-cut') world.network.cut(to.name, from.name);
      return healSoon(world, random);
    }
    case 'heal':
      world.network.heal();
      return true;
    case 'join':
      return join(world, random);
    case 'crash-all':
      for (const node of running) crash(node, random);
      return true;
    default:
      return running.length > 0 && strike(world, random, name, random.pick(running));
  }
}

function strike(world: World, random: Random, name: 'pause' | 'crash' | 'clock-jump' | 'leave-away' | 'leave-for-good', node: SimulatedNode): boolean {
  switch (name) {
    case 'pause':
      node.pause(random.between(500, 8_000));
      return true;
    case 'crash':
      crash(node, random);
      return true;
    case 'clock-jump':
      node.clock.skewMs += random.between(-5_000, 5_000);
      return true;
    case 'leave-away':
      node.feed({ type: 'leave', mode: 'away' });
      node.later(STOP_MS, () => node.stop('stopped'));
      startLater(node, random.between(500, 8_000));
      return true;
    case 'leave-for-good': {
      const others = world.running().filter((other) => other !== node && other.ring?.self.phase === 'in');
      const asked = world.counts.get('fault leave-for-good') ?? 0;
      if (others.length < 2 || asked >= LEAVERS_MAX) return false;
      if (random.chance(0.5)) node.feed({ type: 'leave', mode: 'for-good' });
      else random.pick(others).feed({ type: 'operate', ref: `operate ${world.nowMs}`, op: 'leave', nodeId: node.nodeId });
      return true;
    }
  }
}

function crash(node: SimulatedNode, random: Random): void {
  node.crash();
  startLater(node, random.chance(0.3) ? random.between(20, 300) : random.between(300, 8_000));
}

function join(world: World, random: Random): boolean {
  if (world.nodes.length >= NODES_MAX) return false;
  const contacts = world.nodes.filter((node) => node.ring?.self.phase === 'in').map((node) => node.address);
  if (contacts.length === 0) return false;
  world.addNode(random.shuffled(contacts).slice(0, 3)).start();
  return true;
}

function startLater(node: SimulatedNode, afterMs: number): void {
  node.world.timeline.after(afterMs, () => {
    if (node.standing === 'stopped') node.start();
  });
}

/** Cuts are never for ever: the longest outlive the suspicions that they raise. */
function healSoon(world: World, random: Random): true {
  world.timeline.after(random.between(300, 9_000), () => world.network.heal());
  return true;
}
