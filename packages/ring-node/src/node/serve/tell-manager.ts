import { type RingBody, stateLine } from '@coring/protocol';
import type { Notifier } from '@coring/sockets';
import type { RunningNode } from '../start-node.js';

/** How often the line of `systemctl status` is looked after, in milliseconds. */
const STATUS_EVERY_MS = 2_000;

/** Says that the node is ready, and from then on how its ring is. Returns what ends it. */
export function tellManager(node: RunningNode, notifier: Notifier): () => void {
  let told = statusOf(node.ring());
  notifier.ready(told);
  const timer = setInterval(() => {
    const text = statusOf(node.ring());
    if (text !== told) notifier.status(text);
    told = text;
  }, STATUS_EVERY_MS).unref();
  return () => clearInterval(timer);
}

function statusOf(ring: RingBody): string {
  const { copies } = ring.settings;
  return `${stateLine(ring).text}; ${copies === 0 ? 'every node has a copy of each file' : `${copies} copies of each file`}`;
}
