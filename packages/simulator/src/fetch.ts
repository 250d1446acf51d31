import { compareStamps } from '@coring/protocol';
import type { Effect } from '@coring/ring-node/ring';
import type { Content } from './disk.js';
import type { SimulatedNode } from './simulated-node.js';

type Fetch = Extract<Effect, { type: 'fetch' }>;
type FetchSource = Fetch['sources'][number];

/** How long a dialled node may stay silent. */
const SILENCE_MS = 1_000;

/** Bytes travel on links of their own: from the first source that has them, in the order given. */
export function fetchBytes(node: SimulatedNode, fetch: Fetch): void {
  node.fetches.add(fetch.ref);
  const giveUpAtMs = node.world.timeline.nowMs + fetch.deadlineMs;
  tryFrom(node, fetch, 0, giveUpAtMs);
}

function tryFrom(node: SimulatedNode, fetch: Fetch, index: number, giveUpAtMs: number): void {
  const { world } = node;
  const source = fetch.sources[index];
  if (source === undefined || world.timeline.nowMs > giveUpAtMs) {
    node.later(0.1, () => {
      if (node.fetches.delete(fetch.ref)) node.feed({ type: 'unfetched', ref: fetch.ref, code: 'unavailable', message: 'no source gave the bytes' });
    });
    return;
  }
  const holder = world.at(source.address);
  const isRefused = holder === undefined || !holder.isRunning;
  const isOpen = !isRefused && world.network.isOpen(node.name, holder.name) && world.network.isOpen(holder.name, node.name) && !world.network.loses();
  const tookMs = isOpen || isRefused ? world.network.delayMs() * 2 + fetch.size / 1_000 : SILENCE_MS;
  node.later(tookMs, () => {
    if (!node.fetches.has(fetch.ref)) return;
    const content = isOpen && holder.isRunning && !holder.isPaused ? contentAt(holder, fetch, source) : undefined;
    if (content === undefined) return tryFrom(node, fetch, index + 1, giveUpAtMs);
    if (content.digest !== fetch.digest || content.size !== fetch.size) {
      world.fail('no-invention', `${node.name} fetched ${fetch.name} from ${holder!.name} and got other bytes than it was told`);
      return tryFrom(node, fetch, index + 1, giveUpAtMs);
    }
    node.fetches.delete(fetch.ref);
    node.feed({ type: 'fetched', ref: fetch.ref, token: node.stage(content) });
  });
}

function contentAt(holder: SimulatedNode, { name }: Fetch, { version, token }: FetchSource): Content | undefined {
  const staged = token === undefined ? undefined : holder.disk.staged.get(token);
  if (staged !== undefined || version === undefined) return staged;
  const kept = holder.disk.versionsOf(name).find((one) => compareStamps(one, version) === 0);
  return kept === undefined ? undefined : holder.disk.content(name, kept);
}
