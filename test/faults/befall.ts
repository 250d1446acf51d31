import { setTimeout as pause } from 'node:timers/promises';
import type { TestNetwork } from './a-network.js';
import type { Switched } from './network.js';
import type { NetworkFault } from './plan.js';

/** Lets a fault happen to the network for its time, on and off where it flaps. Returns what became of all packets meanwhile, whatever else happened to them. */
export async function befall(network: TestNetwork, fault: Pick<NetworkFault, 'pairs' | 'lane' | 'forMs' | 'flapMs'>): Promise<Switched> {
  const { forMs, flapMs = forMs } = fault;
  const before = await network.counted();
  for (let leftMs = forMs; leftMs > 0; leftMs -= 2 * flapMs) {
    await network.spoil(fault);
    await pause(Math.min(leftMs, flapMs));
    await network.mend(fault);
    if (leftMs > flapMs) await pause(Math.min(leftMs - flapMs, flapMs));
  }
  const after = await network.counted();
  return { passed: after.passed - before.passed, stopped: after.stopped - before.stopped, delayed: after.delayed - before.delayed };
}
