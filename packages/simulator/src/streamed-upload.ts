import type { Content } from './disk.js';
import { hasRoom } from './failing-disk.js';
import type { PutRequest } from './history.js';
import type { Random } from './random.js';
import type { SimulatedNode } from './simulated-node.js';

/** An upload that is still coming in at a node. Whoever follows it is told at its end: what it was, or nothing where it came to nothing. */
export interface OpenUpload {
  readonly followers: ((content: Content | undefined) => void)[];
}

const LASTS_MS = { mostly: 400, sometimes: 4_000 };
/** How often a client, or the check of what it announced, gives an upload up. */
const GIVEN_UP_CHANCE = 0.2;

/** How an upload goes. */
export interface Course {
  /** Whether its size is told at its begin. */
  readonly isAnnounced: boolean;
  readonly isGivenUp: boolean;
  /** Whether all of it comes. A digest other than the one announced is noticed when all is here, and followers have it too. */
  readonly isWhole: boolean;
  readonly lastsMs: number;
}

export function someCourse(random: Random): Course {
  const isAnnounced = random.chance(0.5);
  const isGivenUp = random.chance(GIVEN_UP_CHANCE);
  const isWhole = !isGivenUp || random.chance(0.3);
  return { isAnnounced, isGivenUp, isWhole, lastsMs: random.between(0, random.chance(0.2) ? LASTS_MS.sometimes : LASTS_MS.mostly) };
}

/** A client sends a large body, which takes its time and may come to nothing; `ask` makes it a request when it is here whole. */
export function streamUpload(node: SimulatedNode, request: PutRequest, { isAnnounced, isGivenUp, isWhole, lastsMs }: Course, ask: () => void): void {
  const { name, token, digest, size } = request;
  if (!hasRoom(node)) return;
  const upload: OpenUpload = { followers: [] };
  node.uploads.set(token, upload);
  node.world.count('streamed');
  node.world.say(node, () => `takes in ${size} bytes for ${name} as ${token}`);
  node.feed({ type: 'uploading', name, token, ...(isAnnounced ? { size } : {}) });
  node.later(lastsMs, () => {
    const isHere = isWhole && hasRoom(node);
    if (isHere) node.disk.staged.set(token, { digest, size });
    endUpload(node, token, isHere ? { digest, size } : undefined);
    if (isHere && !isGivenUp) return ask();
    node.disk.staged.delete(token);
    node.feed({ type: 'given-up', name, token });
    node.world.count('given up');
  });
}

/** Tells those that follow. The links of a node that ends, end too. */
export function endUpload({ uploads }: SimulatedNode, token: string, content: Content | undefined): void {
  const upload = uploads.get(token);
  uploads.delete(token);
  for (const follower of upload?.followers ?? []) follower(content);
}
