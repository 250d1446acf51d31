import type { EventAt, RingBody, RingNode } from '@coring/protocol';

type Untimed<One> = One extends EventAt ? Omit<One, 'timeMs'> : never;
/** An event without its time. */
export type Told = Untimed<EventAt>;

export function timed(told: Told, timeMs = 0): EventAt {
  return { ...told, timeMs } as EventAt;
}

/** A node of that number: its id and address follow from it. */
export function aNode(number: number, facts: Partial<RingNode> = {}): RingNode {
  return { nodeId: idOf(number), address: `127.0.0.1:${5000 + number}`, state: 'up', incarnation: 1, position: `a${number}`, capacity: 1, files: 3, bytes: 3000, ...facts };
}

export function idOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}

/** A whole ring of so many nodes, as node 0 sees it. */
export function aRing(count: number, facts: Partial<RingBody> = {}): RingBody {
  const nodes = Array.from({ length: count }, (_, i) => aNode(i));
  return {
    ringId: idOf(99),
    self: idOf(0),
    previous: idOf(count - 1),
    next: idOf(1 % count),
    nodes,
    epoch: 4,
    oldestEpoch: 4,
    members: nodes.map(({ nodeId }) => nodeId),
    whole: true,
    state: 'whole',
    settings: { copies: 3, forgetAfterMs: 600_000, writes: 'weak', minCopies: 1 },
    version: '0.1.0',
    uptimeMs: 1000,
    ...facts,
  };
}
