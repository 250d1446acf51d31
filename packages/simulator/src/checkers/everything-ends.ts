import type { Message } from '@coring/protocol';
import type { SimulatedNode } from '../simulated-node.js';
import type { Watcher, World } from '../world.js';

/** What an answer may take beyond its deadline: a timer that fires late and a slow sync before it. */
const SLACK_MS = 1_500;

/** Every request is answered, or refused, by its deadline, and nothing is left of it. */
export function checkEverythingEnds(world: World): string[] {
  const faults: string[] = [];
  for (const { request, startedMs, endedMs, pausedMs, lost, node } of world.history.operations) {
    if (lost) continue;
    const allowedMs = request.deadlineMs * 1.02 + pausedMs + SLACK_MS;
    const tookMs = (endedMs ?? world.nowMs) - startedMs;
    const what = `${endedMs === undefined ? 'has not answered' : 'answered'} ${request.op} ${request.ref}`;
    if (tookMs > allowedMs) faults.push(`${node} ${what} after ${tookMs.toFixed(0)} ms of ${request.deadlineMs}`);
  }
  for (const { name, ring } of world.running()) {
    const { clients, readers, searches, listings } = ring!.files;
    const left = clients.size + readers.size + searches.size + listings.size;
    if (left > 0 && world.history.openAt(name).length === 0) faults.push(`${name} still works for ${left} clients that were answered, or have gone`);
  }
  return faults;
}

/** No circular message goes on beyond its hop limit, its deadline, or for longer than any lap may take. */
export function watchCircles(world: World): Watcher {
  return {
    sending(node: SimulatedNode, message: Message) {
      if (message.type !== 'CHECK' && message.type !== 'FORWARD') return;
      const what = message.type === 'CHECK' ? `lap ${message.lap}` : `FORWARD ${message.request}`;
      if (message.hop > message.hopsMax) world.fail('everything-ends', `${node.name} sent hop ${message.hop} of at most ${message.hopsMax} of ${what}`);
      if (message.deadlineMs <= 0) world.fail('everything-ends', `${node.name} sent ${what} on after its deadline`);
    },
  };
}
