import type { RunningNode } from '../start-node.js';
import type { Use } from '../use.js';

export interface IdleOptions {
  /** Nobody has used the node for so long, in milliseconds. */
  readonly exitMs: number;
  /** The ring is to wake it after so long, in milliseconds. */
  readonly wakeEveryMs: number;
  /** How much the process's other sockets are used. */
  readonly sockets: () => Use;
  /** The node sleeps: its process is to end. */
  readonly asleep: () => void;
}

/** Looks so often, unless that would be too seldom for the time. */
const LOOK_MS = 5_000;

/** Lets a node sleep that nobody uses, as soon as its ring can do without it. Returns what ends it. */
export function sleepWhenIdle(node: RunningNode, { exitMs, wakeEveryMs, sockets, asleep }: IdleOptions): () => void {
  let count = -1;
  let usedMs = performance.now();
  const timer = setInterval(() => {
    const [own, others] = [node.use, sockets()];
    const isUsed = own.underWay + others.underWay > 0 || own.count + others.count !== count;
    count = own.count + others.count;
    if (isUsed) usedMs = performance.now();
    else if (performance.now() - usedMs >= exitMs && node.sleep(wakeEveryMs)) {
      clearInterval(timer);
      asleep();
    }
  }, Math.min(LOOK_MS, exitMs / 2));
  return () => clearInterval(timer);
}
