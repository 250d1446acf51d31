import { compareStamps, type ErrorCode } from '@coring/protocol';
import type { Effect } from '@coring/ring-node/ring';
import type { Content } from './disk.js';
import { hasRoom, readKept } from './failing-disk.js';
import type { SimulatedNode } from './simulated-node.js';

type Fetch = Extract<Effect, { type: 'fetch' }>;
type FetchSource = Fetch['sources'][number];

/** How long a dialled node may stay silent. */
const SILENCE_MS = 1_000;
/** How fast bytes travel, in bytes per millisecond. */
const BYTES_PER_MS = 1_000;

/** Bytes travel on links of their own: from the first source that has them, in the order given; those of an upload as they come in there. */
export function fetchBytes(node: SimulatedNode, fetch: Fetch): void {
  node.fetches.add(fetch.ref);
  tryFrom(node, fetch, 0, node.world.timeline.nowMs + fetch.deadlineMs);
}

function tryFrom(node: SimulatedNode, fetch: Fetch, index: number, giveUpAtMs: number): void {
  const { world } = node;
  const source = fetch.sources[index];
  if (source === undefined || world.timeline.nowMs > giveUpAtMs) {
    node.later(0.1, () => giveUp(node, fetch, 'unavailable'));
    return;
  }
  const holder = world.at(source.address);
  const isRefused = holder === undefined || !holder.isRunning;
  const isOpen = !isRefused && isReached(node, holder) && !world.network.loses();
  const askedMs = isOpen || isRefused ? world.network.delayMs() : SILENCE_MS;
  const goOn = (content: Content | undefined): void => {
    if (content === undefined) tryFrom(node, fetch, index + 1, giveUpAtMs);
    else take(node, holder!, fetch, content, () => tryFrom(node, fetch, index + 1, giveUpAtMs));
  };
  const ask = (): void => {
    if (!node.fetches.has(fetch.ref)) return;
    if (!isOpen || !holder.isRunning || holder.isPaused) return goOn(undefined);
    const upload = source.token === undefined ? undefined : holder.uploads.get(source.token);
    if (upload === undefined) return goOn(contentAt(holder, fetch, source));
    world.count('followed');
    upload.followers.push((content) => node.later(isReached(node, holder) ? 0 : SILENCE_MS, () => goOn(isReached(node, holder) ? content : undefined)));
  };
  node.later(askedMs, () => (holder === undefined ? ask() : travel(node, [node, holder], ask, () => goOn(undefined))));
}

function take(node: SimulatedNode, holder: SimulatedNode, fetch: Fetch, content: Content, tryNext: () => void): void {
  const { world } = node;
  const { digest, size } = content;
  if (digest !== (fetch.digest ?? digest) || size !== (fetch.size ?? size)) {
    world.fail('no-invention', `${node.name} fetched ${fetch.name} from ${holder.name} and got other bytes than it was told`);
    return tryNext();
  }
  const arrive = (): void => {
    if (!holder.isRunning || !isReached(node, holder)) return tryNext();
    if (!hasRoom(node)) return giveUp(node, fetch, 'disk-full');
    if (node.fetches.delete(fetch.ref)) node.feed({ type: 'fetched', ref: fetch.ref, token: node.stage(content), digest, size });
  };
  node.later(world.network.delayMs() + size / BYTES_PER_MS, () => travel(node, [holder, node], arrive, tryNext));
}

/** What is on a clogged link comes when that is free. Who waits for it that long goes on without. */
function travel(node: SimulatedNode, [from, to]: readonly [SimulatedNode, SimulatedNode], arrive: () => void, goOn: () => void): void {
  const { network, timeline } = node.world;
  if (!network.clogs.isClogged(from.name, to.name)) return arrive();
  let isWaiting = true;
  const whatComesFirst = (happen: () => void): (() => void) => node.inThisLife(() => {
    if (!isWaiting) return;
    isWaiting = false;
    happen();
  });
  network.clogs.pass(from.name, to.name, whatComesFirst(arrive));
  timeline.after(SILENCE_MS, whatComesFirst(goOn));
}

function giveUp(node: SimulatedNode, { ref }: Fetch, code: ErrorCode): void {
  if (node.fetches.delete(ref)) node.feed({ type: 'unfetched', ref, code, message: 'no bytes came in' });
}

function isReached(node: SimulatedNode, holder: SimulatedNode): boolean {
  const { network } = node.world;
  return network.isOpen(node.name, holder.name) && network.isOpen(holder.name, node.name);
}

function contentAt(holder: SimulatedNode, { name }: Fetch, { version, token }: FetchSource): Content | undefined {
  const staged = token === undefined ? undefined : holder.disk.staged.get(token);
  if (staged !== undefined || version === undefined) return staged;
  const kept = holder.disk.versionsOf(name).find((one) => compareStamps(one, version) === 0);
  return kept === undefined ? undefined : readKept(holder, name, kept);
}
