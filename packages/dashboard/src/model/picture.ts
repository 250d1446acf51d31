import { type CopiesBody, type EventAt, journalled, type JournalLine, type Lap, type LoadEvent, type RingBody, type RingNode } from '@coring/protocol';

/** What the page shows of the ring: the last snapshot, and what has been heard since. */
export interface Picture {
  readonly ring?: RingBody;
  readonly copies?: CopiesBody | undefined;
  /** Of each node that does not answer: who says so. */
  readonly suspectedBy: ReadonlyMap<string, ReadonlySet<string>>;
  readonly loads: ReadonlyMap<string, LoadEvent>;
  readonly lastLap?: Lap | undefined;
  /** Newest first. */
  readonly journal: readonly JournalLine[];
}

export const emptyPicture: Picture = { suspectedBy: new Map(), loads: new Map(), journal: [] };

/** Of two states told at one incarnation the later one here stands. */
const ranks = ['up', 'asleep', 'leaving', 'down', 'left'];

/** What the asked node says of all. Suspicions that others have told of stay as long as their node is up. */
export function withSnapshot(picture: Picture, ring: RingBody): Picture {
  const suspectedBy = new Map(picture.suspectedBy);
  for (const { nodeId, state, suspected, incarnation } of ring.nodes) {
    // What was said of an earlier incarnation is over.
    const by = new Set(incarnation > (nodeOf(picture.ring, nodeId)?.incarnation ?? 0) ? [] : suspectedBy.get(nodeId));
    if (suspected === true) by.add(ring.self);
    else by.delete(ring.self);
    if (by.size === 0 || (state !== 'up' && state !== 'leaving')) suspectedBy.delete(nodeId);
    else suspectedBy.set(nodeId, by);
  }
  return { ...picture, ring, suspectedBy, lastLap: ring.lastCheck };
}

/** What happened before the snapshot is only written down. */
export function withPast(picture: Picture, event: EventAt): Picture {
  const journal = journalled(picture.journal, event, (nodeId) => addressOf(picture.ring, nodeId));
  return journal === picture.journal ? picture : { ...picture, journal };
}

export function withEvent(picture: Picture, event: EventAt): Picture {
  return changed(withPast(picture, event), event);
}

function changed(picture: Picture, event: EventAt): Picture {
  switch (event.type) {
    case 'member': {
      const { nodeId, state, incarnation } = event;
      const known = nodeOf(picture.ring, nodeId);
      if (known === undefined || !supersedes(event, known)) return picture;
      const { suspected: _, ...rest } = known;
      // What was counted before is no longer so.
      return withNode({ ...withSuspicion(picture, nodeId, (by) => by.clear()), copies: undefined }, { ...rest, state, incarnation });
    }
    case 'suspect':
      return withSuspicion(picture, event.nodeId, (by) => by.add(event.at));
    case 'reachable':
      return withSuspicion(picture, event.nodeId, (by) => by.delete(event.at));
    case 'check-home':
      return { ...picture, lastLap: event.lap };
    case 'moving': {
      const known = nodeOf(picture.ring, event.at);
      return known === undefined ? picture : withNode(picture, { ...known, movement: event.movement });
    }
    case 'moved': {
      const known = nodeOf(picture.ring, event.at);
      if (known === undefined) return picture;
      const { movement: _, ...rest } = known;
      return withNode(picture, rest);
    }
    case 'health':
      // Of the ring as a whole the asked node's word counts: its grades are what clients are told.
      return picture.ring === undefined || event.at !== picture.ring.self ? picture : { ...picture, ring: { ...picture.ring, state: event.health } };
    case 'load': {
      const loads = new Map(picture.loads).set(event.at, event);
      const known = nodeOf(picture.ring, event.at);
      const { files, bytes, freeBytes, lagMs } = event;
      return known === undefined ? { ...picture, loads } : withNode({ ...picture, loads }, { ...known, files, bytes, freeBytes, lagMs });
    }
    default:
      return picture;
  }
}

/** Whether a snapshot should be fetched: the event tells of what only that shows in full. */
export function asksForSnapshot({ type }: EventAt): boolean {
  return type === 'ring' || type === 'member' || type === 'epoch' || type === 'moved' || type === 'health' || type === 'joined';
}

/** Whether it may have changed how many copies there are of files. */
export function asksForCopies(event: EventAt): boolean {
  const { type } = event;
  return type === 'put' || type === 'deleted' || type === 'copied' || type === 'damaged' || type === 'merged' || asksForSnapshot(event);
}

export function nodeOf(ring: RingBody | undefined, nodeId: string): RingNode | undefined {
  return ring?.nodes.find((node) => node.nodeId === nodeId);
}

/** The address of a node, or the beginning of its id where nobody knows it. */
export function addressOf(ring: RingBody | undefined, nodeId: string): string {
  return nodeOf(ring, nodeId)?.address ?? nodeId.slice(0, 8);
}

export type ShownState = RingNode['state'] | 'suspected';

/** The state of a node as it is drawn. */
export function shownState({ suspectedBy }: Picture, { nodeId, state }: RingNode): ShownState {
  return (state === 'up' || state === 'leaving') && suspectedBy.has(nodeId) ? 'suspected' : state;
}

/** The nodes that belong to the picture: who has left is gone. */
export function present(ring: RingBody | undefined): readonly RingNode[] {
  return ring?.nodes.filter(({ state }) => state !== 'left') ?? [];
}

function supersedes(told: Pick<RingNode, 'incarnation' | 'state'>, known: RingNode): boolean {
  return told.incarnation > known.incarnation || (told.incarnation === known.incarnation && ranks.indexOf(told.state) > ranks.indexOf(known.state));
}

function withNode(picture: Picture, node: RingNode): Picture {
  const { ring } = picture;
  return ring === undefined ? picture : { ...picture, ring: { ...ring, nodes: ring.nodes.map((one) => (one.nodeId === node.nodeId ? node : one)) } };
}

function withSuspicion(picture: Picture, nodeId: string, change: (by: Set<string>) => unknown): Picture {
  const by = new Set(picture.suspectedBy.get(nodeId));
  change(by);
  const suspectedBy = new Map(picture.suspectedBy);
  if (by.size === 0) suspectedBy.delete(nodeId);
  else suspectedBy.set(nodeId, by);
  return { ...picture, suspectedBy };
}
