import type { Random } from '@coring/simulator';
import { between, type Spoil, unheardBy, unheardFrom } from './network.js';

interface Timed {
  /** Counted from the beginning. */
  readonly atMs: number;
  readonly forMs: number;
}
export interface NetworkFault extends Timed, Spoil {
  readonly kind: 'network';
  readonly what: string;
  /** It comes and goes so often; absent: it stays. */
  readonly flapMs?: number;
}
/** `kill`: SIGKILL, and started again at the end. `pause`: SIGSTOP, and SIGCONT. `stop`: SIGTERM, and started again. */
export interface ProcessFault extends Timed {
  readonly kind: 'kill' | 'pause' | 'stop';
  /** By their numbers. */
  readonly hosts: readonly number[];
}
export type Fault = NetworkFault | ProcessFault;

export interface Plan {
  readonly hosts: number;
  readonly copies: number;
  /** Whether who stays away is soon put out of the ring: copies move. */
  readonly forgetsSoon: boolean;
  readonly faults: readonly Fault[];
}

const names = ['split', 'three-way', 'isolate', 'cut', 'one-way', 'deaf', 'mute', 'flap', 'loss', 'delay', 'kill', 'kill-all', 'pause', 'long-pause', 'stop'] as const;
type Name = (typeof names)[number];

/** A node that stands still for so long has been given up by everybody, and every request to it is over. */
export const LONG_PAUSE_MS = 15_000;

/** Swarm testing (Groce et al., 2012): each seed has its own few kinds of faults, so that common ones do not drown rare ones. */
export function aPlan(random: Random): Plan {
  const hosts = random.pick([3, 5, 5, 5, 6, 6, 7, 7]);
  const copies = random.pick([2, 3, 3, 3]);
  const forgetsSoon = random.chance(0.3);
  const some = random.shuffled(names).filter(() => random.chance(0.4));
  const kinds = some.length > 0 ? some : [random.pick(names)];
  const everyMs = random.pick([1_500, 3_000, 6_000]);
  const durationMs = random.pick([8_000, 16_000, 24_000]);
  const faults: Fault[] = [];
  /** From when on each host's process runs again. */
  const runsFromMs = new Map<number, number>();
  for (let atMs = random.between(0, 2) * everyMs; atMs < durationMs; atMs += random.between(0.2, 1.8) * everyMs) {
    const fault = { ...aFault(random, random.pick(kinds), hosts), atMs: Math.round(atMs) };
    if (fault.kind !== 'network') {
      if (fault.hosts.some((host) => (runsFromMs.get(host) ?? 0) > atMs)) continue;
      // A process needs its time to start before the next thing happens to it.
      for (const host of fault.hosts) runsFromMs.set(host, atMs + fault.forMs + 3_000);
    }
    faults.push(fault);
  }
  return { hosts, copies, forgetsSoon, faults };
}

type Undated<T> = T extends unknown ? Omit<T, 'atMs'> : never;

function aFault(random: Random, name: Name, count: number): Undated<Fault> {
  const all = Array.from({ length: count }, (_, i) => i + 1);
  const mixed = random.shuffled(all);
  const [one, two] = mixed as [number, number];
  const forMs = Math.round(random.between(500, 12_000));
  const network = { kind: 'network', what: name, forMs, lane: { cut: true } } as const;
  const process = { forMs, hosts: [one] } as const;
  switch (name) {
    case 'split': {
      const at = 1 + random.below(count - 1);
      return { ...network, pairs: between(mixed.slice(0, at), mixed.slice(at)) };
    }
    case 'three-way': {
      const first = 1 + random.below(count - 2);
      const second = first + 1 + random.below(count - first - 1);
      return { ...network, pairs: between(mixed.slice(0, first), mixed.slice(first, second), mixed.slice(second)) };
    }
    case 'isolate':
      return { ...network, pairs: between([one], mixed.slice(1)) };
    case 'cut':
      return { ...network, pairs: between([one], [two]) };
    case 'one-way':
      return { ...network, pairs: [[one, two]] };
    case 'deaf':
      return { ...network, pairs: unheardBy(one, mixed.slice(1)) };
    case 'mute':
      return { ...network, pairs: unheardFrom(one, mixed.slice(1)) };
    case 'flap':
      return { ...network, pairs: between([one], random.chance(0.5) ? [two] : mixed.slice(1)), flapMs: Math.round(random.between(100, 2_000)) };
    case 'loss':
      return { ...network, pairs: lossyLanes(random.fraction(), all, one), lane: { loss: random.pick([0.02, 0.1, 0.3]) } };
    case 'delay':
      return { ...network, pairs: random.chance(0.5) ? between(...all.map((host) => [host])) : between([one], mixed.slice(1)), lane: { delayMs: random.pick([5, 50, 200, 600]) } };
    case 'kill':
      return { kind: 'kill', ...process };
    case 'kill-all':
      return { kind: 'kill', forMs: Math.round(forMs / 4), hosts: all };
    case 'pause':
      return { kind: 'pause', ...process };
    case 'long-pause':
      return { kind: 'pause', forMs: LONG_PAUSE_MS, hosts: [one] };
    case 'stop':
      return { kind: 'stop', ...process };
  }
}

/** Those of all hosts, or of one: both ways, or only to it or from it. Takes what was drawn from [0, 1). */
function lossyLanes(drawn: number, all: readonly number[], one: number): Spoil['pairs'] {
  const others = all.filter((host) => host !== one);
  if (drawn < 0.5) return between(...all.map((host) => [host]));
  if (drawn < 0.7) return between([one], others);
  return drawn < 0.85 ? unheardBy(one, others) : unheardFrom(one, others);
}

/** A line for each fault. */
export function sayPlan({ hosts, copies, forgetsSoon, faults }: Plan): string {
  const lines = faults.map((fault) => {
    const when = `${(fault.atMs / 1000).toFixed(1)} s, for ${(fault.forMs / 1000).toFixed(1)} s:`;
    if (fault.kind !== 'network') return `${when} ${fault.kind} ${fault.hosts.join(', ')}`;
    const lanes = fault.pairs.map(([from, to]) => `${from}>${to}`).join(' ');
    return `${when} ${fault.what} ${JSON.stringify(fault.lane)}${fault.flapMs === undefined ? '' : ` on and off every ${fault.flapMs} ms`} ${lanes}`;
  });
  return [`${hosts} hosts, ${copies} copies${forgetsSoon ? ', the dead are forgotten soon' : ''}`, ...lines].join('\n');
}
