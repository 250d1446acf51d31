import { between, type Spoil, unheardFrom } from './network.js';
import type { Fault, NetworkFault, Plan } from './plan.js';

const HOSTS = [1, 2, 3, 4, 5];
const cut = { cut: true };

/** A fault of the network and how long it lasts; where it flaps, how often it comes and goes. */
function spoilt(what: string, pairs: Spoil['pairs'], lane: Spoil['lane'], forMs: number, flapMs?: number): Omit<NetworkFault, 'atMs'> {
  return { kind: 'network', what, pairs, lane, forMs, ...(flapMs === undefined ? {} : { flapMs }) };
}

/** One after the other: what became of packets during each is its own doing. */
function inTurn(faults: readonly Omit<NetworkFault, 'atMs'>[]): Fault[] {
  let atMs = 0;
  return faults.map((fault) => {
    const dated = { ...fault, atMs };
    atMs += fault.forMs + 300;
    return dated;
  });
}

/** Each kind of fault once, in 23 s. The splits outlast the time after which a node is given up. */
export const eachKind: Plan = {
  hosts: HOSTS.length,
  copies: 3,
  forgetsSoon: false,
  faults: [
    ...inTurn([
      spoilt('loss', between(...HOSTS.map((host) => [host])), { loss: 0.3 }, 2_000),
      spoilt('loss one way', unheardFrom(1, [2, 3, 4, 5]), { loss: 0.3 }, 2_000),
      spoilt('delay', between(...HOSTS.map((host) => [host])), { delayMs: 200 }, 2_000),
      spoilt('flap', between([3], [1, 2, 4, 5]), cut, 2_000, 300),
      spoilt('cut', between([1], [2]), cut, 2_000),
      spoilt('one-way', [[2, 1]], cut, 2_000),
      spoilt('split', between([1, 2, 3], [4, 5]), cut, 4_500),
      spoilt('three-way', between([1, 2], [3, 4], [5]), cut, 3_500),
    ]),
    { kind: 'pause', hosts: [2], atMs: 1_000, forMs: 3_000 },
    { kind: 'kill', hosts: [4], atMs: 6_000, forMs: 1_500 },
    { kind: 'stop', hosts: [5], atMs: 11_000, forMs: 1_500 },
    // While the network is split in three, and for a moment longer.
    { kind: 'kill', hosts: HOSTS, atMs: 21_000, forMs: 1_500 },
  ],
};
