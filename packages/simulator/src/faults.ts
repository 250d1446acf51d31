import { formatStamp, type MessageType } from '@coring/protocol';
import type { Persisted } from '@coring/ring-node/ring';
import type { Blow, Fault } from './deeds.js';
import { mendDisk } from './failing-disk.js';
import { othersOf, perform, survivorsOf } from './perform.js';
import type { Random } from './random.js';
import type { SimulatedNode } from './simulated-node.js';
import type { World } from './world.js';

/** What can be drawn; `crash-all` is a crash of each. */
export type FaultName = Fault['do'] | 'crash-all';

/** Faults that strike one running node. */
type FaultAtOne = Exclude<FaultName, 'split' | 'cut' | 'partial-cut' | 'lasting-cut' | 'flap' | 'clog' | 'swizzle' | 'omit' | 'ambush' | 'heal' | 'join' | 'crash-all'>;

/** No ring of a run grows above this, or by so many nodes where it began with more. */
const NODES_MAX = 8;
const JOINS_MAX = 2;
/** More lost disks would leave too little to check. */
const LOST_DISKS_MAX = 2;
/** At most this many nodes are asked to leave for good in one run: if all do, nobody is left to drain to. */
const LEAVERS_MAX = 2;
/** More would leave next to nothing to reach each other by. */
const LASTING_CUTS_MAX = 2;
/** So many links are clogged one after another at most. */
const SWIZZLED_MAX = 12;
/** Types of messages by which something is decided, or copied: those about names more often than those about the ring. */
const decisive: readonly MessageType[] = [
  ...(['PREPARE', 'PROMISE', 'ACCEPT', 'ACCEPTED', 'COMMIT', 'QUERY', 'REGISTER', 'BRANCH', 'BRANCHED'] as const),
  ...(['ACCEPT', 'ACCEPTED', 'BRANCH', 'PREPARE'] as const),
  ...(['FORWARD', 'ANSWER', 'SYNC', 'SYNCED', 'REAP', 'REAPED', 'CHECK'] as const),
];
const PASSING_MAX = 6;
const OMISSION_MS_MAX = 4_000;
/** From parts in a million, as of any clock that nobody sets right, to what a broken one shows. */
const WALL_DRIFTS = [0.00005, 0.001, 0.01, 0.05];

/** Lets faults happen, one after another at random moments, until the time is up. */
export function planFaults(world: World): void {
  const { faults, durationMs } = world.options;
  const random = world.random.stream();
  if (faults.names.length === 0) return;
  const next = () => {
    if (world.nowMs > durationMs) return;
    for (const fault of draw(world, random, random.pick(faults.names))) perform(world, fault);
    world.timeline.after(random.between(0.2, 1.8) * faults.everyMs, next);
  };
  world.timeline.after(random.between(0, 2) * faults.everyMs, next);
}

/** The end of all faults: every node reaches all others, and no message is lost. */
export function endFaults(world: World): void {
  world.network.heal();
  world.network.isCalm = true;
  world.network.clogs.freeAll();
  world.network.omissions.endAll();
  world.ambushes.endAll();
  for (const node of world.running()) node.feed({ type: 'room', isFull: false });
  for (const node of world.nodes) mendDisk(node);
  startStopped(world);
}

/** Starts every node that has not left. One that was asked to leave while it stood still ends only afterwards. */
export function startStopped(world: World): void {
  for (const node of world.nodes) if (node.standing === 'stopped' || node.standing === 'asleep') node.start();
}

/** Nothing where there is nobody to do it to. */
function draw(world: World, random: Random, name: FaultName): Fault[] {
  const running = world.running();
  switch (name) {
    case 'split': {
      const sides = world.nodes.map((node) => [node.name, random.below(random.chance(0.2) ? 3 : 2)] as const);
      return [{ do: name, sides, healAfterMs: healAfterMs(random) }];
    }
    case 'cut':
    case 'partial-cut': {
      const [from, to] = random.shuffled(world.nodes);
      return from === undefined || to === undefined ? [] : [{ do: name, from: from.name, to: to.name, healAfterMs: healAfterMs(random) }];
    }
    case 'lasting-cut': {
      const [from, to] = random.shuffled(world.nodes);
      if (from === undefined || to === undefined || (world.counts.get('fault lasting-cut') ?? 0) >= LASTING_CUTS_MAX) return [];
      return [{ do: name, from: from.name, to: to.name }];
    }
    case 'flap': {
      const [from, to] = random.shuffled(world.nodes);
      if (from === undefined || to === undefined) return [];
      return [{ do: name, from: from.name, to: to.name, everyMs: random.pick([60, 300, 1_200]), times: 2 + random.below(10) }];
    }
    case 'clog': {
      const [from, to] = random.shuffled(world.nodes);
      return from === undefined || to === undefined ? [] : [{ do: name, from: from.name, to: to.name, forMs: healAfterMs(random) }];
    }
    case 'swizzle': {
      const links = swizzled(world, random);
      return links.length === 0 ? [] : [{ do: name, links }];
    }
    case 'omit': {
      const [from, to] = random.shuffled(world.nodes);
      if (from === undefined || to === undefined) return [];
      const ways = [{ from: from.name }, { to: to.name }, { from: from.name, to: to.name }, {}];
      return [{ do: name, type: random.pick(decisive), ...random.pick(ways), forMs: random.between(100, OMISSION_MS_MAX) }];
    }
    case 'ambush':
      return [{ do: name, type: random.pick(decisive), as: random.pick(['sender', 'receiver']), passing: random.below(PASSING_MAX), afterMs: random.pick([0, random.between(0, 8)]), blow: someBlow(random) }];
    case 'heal':
      return [{ do: name }];
    case 'join': {
      const contacts = world.nodes.filter((node) => node.ring?.self.phase === 'in').map((node) => node.address);
      if (world.nodes.length >= Math.max(NODES_MAX, world.options.nodes + JOINS_MAX) || contacts.length === 0) return [];
      return [{ do: name, newcomer: world.newcomer(random.shuffled(contacts).slice(0, 3)) }];
    }
    case 'crash-all':
      return running.map((node) => crashOf(node, random));
    default:
      return running.length === 0 ? [] : drawFor(world, random, name, random.pick(running));
  }
}

function drawFor(world: World, random: Random, name: FaultAtOne, node: SimulatedNode): Fault[] {
  switch (name) {
    case 'low-disk':
    case 'read-errors':
      return [{ do: name, node: node.name, forMs: random.between(300, 9_000) }];
    case 'bit-rot': {
      const kept = node.disk.names().flatMap((file) => node.disk.versionsOf(file).map((version) => ({ name: file, version: formatStamp(version) })));
      return kept.length === 0 ? [] : [{ do: name, node: node.name, ...random.pick(kept), scrubAfterMs: random.between(0, 20_000) }];
    }
    case 'move':
      if (!hasJoined(node)) return [];
      return [{ do: name, node: node.name, address: vacantAddress(world, random, node), startAfterMs: random.between(20, 8_000) }];
    case 'weigh':
      return [{ do: name, node: node.name, capacity: random.pick(world.options.capacities ?? [1]), startAfterMs: random.between(20, 3_000) }];
    case 'clone-disk': {
      const { nodes } = world.clones;
      if (nodes.length > 0 || survivorsOf(world, node).length === 0) return [];
      const clone = { ...world.newcomer(node.contacts, `c${nodes.length}.example:4043`), name: `c${nodes.length}`, nodeId: node.nodeId };
      return [{ do: name, node: node.name, clone, endAfterMs: random.between(100, 6_000) }];
    }
    case 'lose-disk': {
      const contacts = survivorsOf(world, node).map(({ address }) => address);
      if (contacts.length === 0 || world.losses.disks >= LOST_DISKS_MAX || (world.losses.disks > 0 && random.chance(0.7))) return [];
      const newcomer = world.newcomer(random.shuffled(contacts).slice(0, 3), node.address);
      return [{ do: name, node: node.name, newcomer, startAfterMs: random.between(20, 8_000), forgetAfterMs: random.between(500, 12_000) }];
    }
    case 'pause':
      return [{ do: name, node: node.name, forMs: random.between(500, 8_000) }];
    case 'crash':
      return [crashOf(node, random)];
    case 'clock-jump':
      return [{ do: name, node: node.name, byMs: random.between(-5_000, 5_000) }];
    case 'clock-drift':
      return [{ do: name, node: node.name, by: random.pick(WALL_DRIFTS) * random.pick([-1, 1]) }];
    case 'full-disk':
      return [{ do: name, node: node.name, forMs: random.between(300, 9_000) }];
    case 'sleep':
      return [{ do: name, node: node.name, wakeAfterMs: 500 + random.below(8_000) }];
    case 'leave-away':
      return [{ do: name, node: node.name, startAfterMs: random.between(500, 8_000) }];
    case 'leave-for-good': {
      const others = othersOf(world, node);
      const asked = world.counts.get('fault leave-for-good') ?? 0;
      if (others.length < 2 || asked >= LEAVERS_MAX) return [];
      return [{ do: name, node: node.name, ...(random.chance(0.5) ? {} : { through: random.pick(others).name }) }];
    }
  }
}

function someBlow(random: Random): Blow {
  const healMs = healAfterMs(random);
  return random.pick([{ do: 'crash', startAfterMs: healMs }, { do: 'pause', forMs: healMs }, { do: 'split', healAfterMs: healMs }]);
}

function crashOf(node: SimulatedNode, random: Random): Fault {
  return { do: 'crash', node: node.name, startAfterMs: random.chance(0.3) ? random.between(20, 300) : random.between(300, 8_000) };
}

/** Links at random, clogged one after another in one half of the time, freed in another order in the other half. */
function swizzled({ nodes }: World, random: Random): Extract<Fault, { do: 'swizzle' }>['links'] {
  const links = nodes.flatMap((from) => nodes.filter((to) => to !== from).map((to) => ({ from: from.name, to: to.name })));
  const some = random.shuffled(links).slice(0, 2 + random.below(SWIZZLED_MAX - 1));
  const halfMs = healAfterMs(random) / 2;
  const order = random.shuffled(some.map((_link, i) => i));
  const someMs = (i: number): number => ((i + random.fraction()) * halfMs) / some.length;
  return some.map((link, i) => {
    const afterMs = someMs(i);
    return { ...link, afterMs, forMs: halfMs + someMs(order[i]!) - afterMs };
  });
}

/** One that nobody ever had, or one that another node has left and nobody is still to join through. */
function vacantAddress(world: World, random: Random, node: SimulatedNode): string {
  const left = !world.nodes.every(hasJoined) ? [] : world.steps.flatMap(({ deed }) => (deed.do === 'move' ? [`${deed.node}.example:4043`] : [])).filter((address) => world.at(address) === undefined);
  return left.length > 0 && random.chance(0.5) ? random.pick(left) : `${node.name}-${world.steps.length}.example:4043`;
}

function hasJoined({ disk, standing }: SimulatedNode): boolean {
  return standing === 'left' || (disk.record('ring', 'self') as Persisted['self'] | undefined)?.ringId !== undefined;
}

/** Most cuts heal soon: the longest outlive the suspicions that they raise. */
function healAfterMs(random: Random): number {
  return random.between(300, 9_000);
}
