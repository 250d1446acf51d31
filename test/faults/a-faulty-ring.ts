import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '@coring/simulator';
import type { ExecutionContext } from 'ava';
import { aFolder, aNode, type TestNode, whole } from '../a-ring.js';
import { aNetwork, type TestNetwork } from './a-network.js';
import { befall } from './befall.js';
import { type ClientOptions, Clients } from './clients.js';
import type { Switched } from './network.js';
import type { Fault, NetworkFault, ProcessFault } from './plan.js';

/** Each host has its own address: they may all listen on one port. */
const PORT = 4043;

/** Nodes, each on a host of its own; node 1 runs on host 1. */
export class FaultyRing {
  /** By host; there is none at 0. */
  readonly #nodes: TestNode[] = [];
  readonly #away = new Set<number>();
  /** What happened last to each host's process. */
  readonly #last = new Map<number, Promise<void>>();
  /** What became of packets during each fault of the network. */
  readonly felt = new Map<NetworkFault, Switched>();

  constructor(
    readonly t: ExecutionContext,
    readonly network: TestNetwork,
  ) {}

  /** @returns the node of a host, by its number */
  node(host: number): TestNode {
    return this.#nodes[host]!;
  }

  get nodes(): readonly TestNode[] {
    return this.#nodes.slice(1);
  }

  /** Those that take requests: one that stands still does, and answers late. */
  running(): readonly TestNode[] {
    return this.nodes.filter((_, i) => !this.#away.has(i + 1));
  }

  async start(args: readonly string[]): Promise<void> {
    const secret = join(await aFolder(this.t), 'ring.secret');
    await writeFile(secret, 'what only the hosts of one test know');
    for (const { number, address, within } of this.network.hosts) {
      const join = number === 1 ? {} : { join: this.node(number - 1) };
      this.#nodes[number] = await aNode(this.t, { within, listen: `${address}:${PORT}`, args: ['--secret-file', secret, ...args], ...join });
    }
    await whole(this.nodes, 60_000);
  }

  /** Lets the faults happen, each at its time; all are over when it resolves. */
  async suffer(faults: readonly Fault[]): Promise<void> {
    const beganMs = performance.now();
    await Promise.all(
      faults.map(async (fault) => {
        await pause(fault.atMs - (performance.now() - beganMs));
        await this.#inflict(fault);
      }),
    );
  }

  async #inflict(fault: Fault): Promise<void> {
    if (fault.kind === 'network') this.felt.set(fault, await befall(this.network, fault));
    else await Promise.all(fault.hosts.map((host) => this.#strikeInTurn(host, fault)));
  }

  /** A process that is slow to start is left alone until it has. */
  async #strikeInTurn(host: number, { kind, forMs }: ProcessFault): Promise<void> {
    const turn = (this.#last.get(host) ?? Promise.resolve()).then(async () => {
      await this.#strike(host, kind);
      await pause(forMs);
      await this.#restore(host, kind);
    });
    this.#last.set(host, turn);
    await turn;
  }

  async #strike(host: number, kind: ProcessFault['kind']): Promise<void> {
    if (kind === 'pause') return this.node(host).signal('SIGSTOP');
    this.#away.add(host);
    await this.node(host).kill(kind === 'kill' ? 'SIGKILL' : 'SIGTERM');
  }

  async #restore(host: number, kind: ProcessFault['kind']): Promise<void> {
    if (kind === 'pause') return this.node(host).signal('SIGCONT');
    this.#nodes[host] = await this.node(host).again(this.t);
    this.#away.delete(host);
  }
}

/** A ring of so many nodes, whole, each on a host of its own. */
export async function aFaultyRing(t: ExecutionContext, hosts: number, args: readonly string[] = []): Promise<FaultyRing> {
  const ring = new FaultyRing(t, await aNetwork(t, hosts));
  await ring.start(args);
  return ring;
}

/** Clients of it, at work until they are stopped, or the test is over: they ask whoever runs, and often. */
export function someClients(t: ExecutionContext, ring: FaultyRing, options: Partial<ClientOptions> = {}): Clients {
  const clients = new Clients({ nodes: () => ring.running(), random: new Random(1), pauseMs: 60, ...options });
  t.teardown(() => clients.stop());
  return clients;
}
