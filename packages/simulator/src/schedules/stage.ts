import type { Mutation } from '@coring/ring-node/ring';
import { newestEpoch, ownersOf } from '../checkers/owners-at-rest.js';
import type { Operation } from '../history.js';
import { type Options, optionsOf } from '../options.js';
import { finish, startNodes, watch } from '../run.js';
import type { SimulatedNode } from '../simulated-node.js';
import { Workload } from '../workload.js';
import { type Letter, World } from '../world.js';

/** A hand-written run: what happens, and in which order. Ends in the same checks as the runs from seeds. */
export type Schedule = (stage: Stage) => void;

/** Nothing goes wrong by itself here: what does is written in the schedule. */
export const quiet = {
  settings: { copies: 3, forgetAfterMs: 600_000, writes: 'weak', minCopies: 1 },
  network: { loss: 0, duplication: 0, delayMs: { low: 1, high: 2 }, tailChance: 0, tailMs: 0, refusalChance: 1 },
  disk: { syncMs: 0.5, slowChance: 0, slowMs: 0 },
  clocks: { skewMs: 0, drift: 0 },
  workload: { names: 1, operationsPerName: 0, deadlineMs: 3_000, burstChance: 0, largeChance: 0, resolveChance: 0 },
  faults: { names: [], everyMs: 1_000 },
} satisfies Partial<Options>;

/** The longest that a schedule waits for anything, in virtual time. */
const PATIENCE_MS = 60_000;

/** What a schedule waits for does not come. */
export class InVain extends Error {}

export class Stage {
  readonly world: World;
  readonly workload: Workload;
  /** The one name that most schedules are about. */
  readonly name = 'a.txt';

  constructor(nodes: number, changes: Partial<Options> = {}, mutations: readonly Mutation[] = [], listener?: (line: string) => void) {
    this.world = new World(optionsOf(changes.seed ?? 1, { ...quiet, nodes, ...changes, mutations }), listener);
    watch(this.world);
    this.workload = new Workload(this.world);
    startNodes(this.world);
    this.until('one epoch of all', () => {
      const running = this.world.running();
      return running.length === nodes && running.every(({ ring }) => isSettled(ring, nodes));
    });
  }

  node(index: number): SimulatedNode {
    return this.world.nodes[index]!;
  }

  pass(ms: number): void {
    this.world.timeline.runTo(this.world.nowMs + ms);
  }

  /** @throws InVain where it does not come true in time */
  until(what: string, isTrue: () => boolean): void {
    const giveUpAtMs = this.world.nowMs + PATIENCE_MS;
    while (!isTrue()) {
      if (this.world.nowMs >= giveUpAtMs) throw new InVain(`waited in vain for ${what}`);
      this.pass(10);
    }
  }

  /** Asks and waits for the answer, or for the asked node to be gone. */
  answered(operation: Operation): Operation {
    this.until(`the answer to ${operation.request.ref}`, () => operation.answer !== undefined || operation.lost);
    return operation;
  }

  /** The nodes whose majority decides about the name, in order, and all others. */
  roles(): { readonly voters: readonly SimulatedNode[]; readonly others: readonly SimulatedNode[] } {
    const voters = ownersOf(this.world, newestEpoch(this.world)!, this.name);
    return { voters, others: this.world.running().filter((node) => !voters.includes(node)) };
  }

  /** Complains at the first moment in which something is so that must never be. */
  never(what: string, isSo: () => boolean): void {
    let hasBeen = false;
    this.world.watchers.push({
      stepped: () => {
        if (hasBeen || !isSo()) return;
        hasBeen = true;
        this.world.fail('never', what);
      },
    });
  }

  /** Each list of nodes is a side of its own; those not named are on the first. */
  split(...sides: number[][]): void {
    this.splitInto(...sides.map((side) => side.map((index) => this.node(index))));
  }

  /** Cuts these off from all others. */
  splitOff(...nodes: SimulatedNode[]): void {
    this.splitInto([], nodes);
  }

  /** As `split`, by the nodes themselves. */
  splitInto(...sides: SimulatedNode[][]): void {
    this.world.network.split(new Map(sides.flatMap((side, i) => side.map((node) => [node.name, i] as const))));
  }

  heal(): void {
    this.world.network.heal();
    this.world.letsPass = () => true;
  }

  /** Loses the messages that a condition holds for, from now on. */
  lose(isLost: (from: SimulatedNode, to: SimulatedNode, letter: Letter) => boolean): void {
    this.world.letsPass = (from, to, letter) => !isLost(from, to, letter);
  }

  /** Heals everything, lets the ring come to rest, checks it all. Returns what was found wrong. */
  end(): readonly string[] {
    this.world.letsPass = () => true;
    finish(this.world);
    return this.world.violations;
  }
}

/** Whether a node knows one epoch in force, of so many members. */
export function isSettled(ring: SimulatedNode['ring'], nodes: number): boolean {
  const placement = ring?.placement;
  return placement !== undefined && placement.oldest === placement.newest && placement.epochs.at(-1)?.members.length === nodes;
}
