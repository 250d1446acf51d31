import type { Member } from '@coring/protocol';
import { ringBody } from '@coring/ring-node/ring';
import type { SimulatedNode } from '../simulated-node.js';
import type { World } from '../world.js';

/** At rest there is one ring, and its nodes are those of the one epoch in force. */
export function checkOneRing(world: World): string[] {
  const faults = checkWhole(world);
  return faults.length > 0 ? faults : checkEpochs(world.running());
}

/** All running nodes have one roster, they and nobody else are up in it, each where it listens, and next to next make one cycle in the order of positions. */
export function checkWhole(world: World): string[] {
  const running = world.running();
  const faults: string[] = [];
  const [first] = running;
  if (first?.ring === undefined) return [];
  const rosters = new Set(running.map(rosterText));
  if (rosters.size > 1) faults.push(`rosters differ:\n${[...rosters].map((roster) => `      ${roster}`).join('\n')}`);
  const rings = new Set(running.map(({ ring }) => ring?.self.ringId));
  if (rings.size > 1) faults.push(`${rings.size} rings: ${[...rings].join(' ')}`);
  for (const node of running) {
    if (node.ring?.self.ringId === undefined) faults.push(`${node.name} belongs to no ring`);
    for (const other of running) {
      if (node.ring?.membership.unreachable.has(other.nodeId)) faults.push(`${node.name} suspects ${other.name}`);
      const member = node.ring?.membership.roster.get(other.nodeId);
      if (member?.state !== 'up') faults.push(`${node.name} holds ${other.name} ${member?.state ?? 'unknown'}`);
      if (member !== undefined && member.address !== other.address) faults.push(`${node.name} looks for ${other.name} at ${member.address}, not at ${other.address}`);
    }
    for (const other of world.nodes) {
      const state = node.ring?.membership.roster.get(other.nodeId)?.state;
      if (!other.isRunning && (state === 'up' || state === 'leaving')) faults.push(`${node.name} holds ${other.name} ${state}, which does not run`);
    }
  }
  return faults.length > 0 ? faults : checkCycle(running);
}

function checkCycle(running: readonly SimulatedNode[]): string[] {
  const faults: string[] = [];
  const order = orderOf(running);
  running.forEach((node) => {
    const { next, previous } = ringBody(node.ring!, { version: 'simulated', uptimeMs: 0 });
    const at = order.indexOf(node.nodeId);
    const rightNext = order[(at + 1) % order.length];
    const rightPrevious = order[(at + order.length - 1) % order.length];
    if (next !== rightNext) faults.push(`${node.name}: next is ${next}, not ${rightNext}`);
    if (previous !== rightPrevious) faults.push(`${node.name}: previous is ${previous}, not ${rightPrevious}`);
  });
  return faults;
}

function checkEpochs(running: readonly SimulatedNode[]): string[] {
  if (running[0]?.ring === undefined) return [];
  const faults: string[] = [];
  const views = new Set(running.map(({ ring }) => JSON.stringify(ring!.placement.epochs)));
  if (views.size > 1) faults.push(`epochs differ: ${[...views].join(' / ')}`);
  const { placement } = running[0].ring;
  if (placement.oldest !== placement.newest) faults.push(`epochs ${placement.oldest} to ${placement.newest} are all still in force`);
  const members = new Map(placement.epochs.at(-1)?.members.map(({ nodeId, capacity }) => [nodeId, capacity]));
  for (const { nodeId, name, capacity } of running) {
    if (!members.has(nodeId)) faults.push(`${name} is not in epoch ${placement.newest}`);
    else if (members.get(nodeId) !== capacity) faults.push(`epoch ${placement.newest} gives ${name} the capacity ${members.get(nodeId)}, not ${capacity}`);
  }
  if (members.size > running.length) faults.push(`epoch ${placement.newest} has ${members.size} members, ${running.length} run`);
  return faults;
}

/** Sorted here once more, from the positions alone. */
function orderOf(running: readonly SimulatedNode[]): string[] {
  const { roster } = running[0]!.ring!.membership;
  const isBefore = (a: Member, b: Member) => a.position < b.position || (a.position === b.position && a.nodeId < b.nodeId);
  const members = running.map(({ nodeId }) => roster.get(nodeId)!);
  return members.sort((a, b) => (isBefore(a, b) ? -1 : 1)).map(({ nodeId }) => nodeId);
}

function rosterText({ ring }: SimulatedNode): string {
  const members = [...ring!.membership.roster.values()].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  return members.map(({ nodeId, incarnation, state, position, address }) => `${nodeId}/${incarnation}/${state}/${position}/${address}`).join(' ');
}
