import type { Store } from '@coring/file-store';
import type { Merge, OwnMerges } from '@coring/protocol';
import type { RingEvent } from '../ring/index.js';
import { Journal } from './journal.js';
import type { Log } from './log.js';

/** So many merges and heals are remembered; older ones give way. */
const MERGES_MAX = 1_000;
const HEALS_MAX = 50;
/** Nodes named in one heal, and since when so many of those that are down is known. */
const NODES_MAX = 64;
const DOWN_MAX = 4_096;
/** Nodes that come back so soon after the first have come with it, in milliseconds. */
const TOGETHER_MS = 60_000;
/** Merges that come later than this after a heal have another reason, in milliseconds. */
const HEAL_LASTS_MS = 3_600_000;

export interface MergeReportParts {
  readonly store: Store;
  readonly log: Log;
  readonly nodeId: string;
  /** The wall clock, in milliseconds. */
  readonly now: () => number;
}

export interface MergesAsked {
  readonly limit: number;
  /** Merges of that name alone. */
  readonly name?: string;
  /** Only those older than the merge of this id. */
  readonly before?: string;
}

type Heal = OwnMerges['heals'][number];
type Numbered<T> = T & { readonly number: number };

/** What this node has merged, and who came back to it before: durable, bounded, newest first. It learns of both by the events of the core. */
export class MergeReport {
  readonly #parts: MergeReportParts;
  readonly #merges: Journal<Merge>;
  readonly #heals: Journal<Numbered<Heal>>;
  /** Since when nodes are down, as far as that was seen in this run. */
  readonly #downSinceMs = new Map<string, number>();

  constructor(parts: MergeReportParts) {
    const { store, log } = parts;
    this.#parts = parts;
    this.#merges = new Journal({ store, log, space: 'merges', max: MERGES_MAX, numberOf: ({ id }) => numberIn(id) });
    this.#heals = new Journal({ store, log, space: 'heals', max: HEALS_MAX, numberOf: ({ number }) => number });
  }

  async begin(): Promise<void> {
    await Promise.all([this.#merges.begin(), this.#heals.begin()]);
  }

  hear(event: RingEvent): void {
    if (event.type === 'merged') this.#onMerged(event);
    else if (event.type === 'member') this.#onMember(event);
  }

  told({ limit, name, before }: MergesAsked): OwnMerges {
    const meant = this.#merges.entries.filter((merge) => (name === undefined || merge.name === name) && (before === undefined || merge.id < before));
    // The clock may have been set back: what happened last is not always what is newest.
    const merges = meant.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
    return { heals: this.#heals.entries.map(({ number: _number, ...heal }) => heal).reverse(), merges, more: meant.length > limit };
  }

  async end(): Promise<void> {
    await Promise.all([this.#merges.end(), this.#heals.end()]);
  }

  #onMerged({ name, version, deleted, conflicts, added }: Extract<RingEvent, { type: 'merged' }>): void {
    const { nodeId, now } = this.#parts;
    const atMs = now();
    this.#merges.add({
      id: `${padded(atMs, 15)}-${padded(this.#merges.nextNumber, 12)}-${nodeId}`,
      name,
      atMs,
      node: nodeId,
      version,
      ...(deleted ? { deleted } : {}),
      conflicts: added.map((conflict) => ({ ...conflict })),
      conflictsInAll: conflicts,
    });
    const heal = this.#heals.newest;
    if (heal === undefined || Math.abs(atMs - heal.atMs) > HEAL_LASTS_MS) return;
    this.#heals.replaceNewest({ ...heal, merges: heal.merges + 1, withConflicts: heal.withConflicts + (added.length > 0 ? 1 : 0) });
  }

  #onMember({ nodeId, state, was }: Extract<RingEvent, { type: 'member' }>): void {
    if (state === 'down') {
      if (!this.#downSinceMs.has(nodeId) && this.#downSinceMs.size < DOWN_MAX) this.#downSinceMs.set(nodeId, this.#parts.now());
      return;
    }
    const sinceMs = this.#downSinceMs.get(nodeId);
    this.#downSinceMs.delete(nodeId);
    if (was === 'down' && state !== 'left') this.#onBack(nodeId, sinceMs);
  }

  #onBack(nodeId: string, sinceMs: number | undefined): void {
    const atMs = this.#parts.now();
    const heal = this.#heals.newest;
    if (heal === undefined || Math.abs(atMs - heal.atMs) > TOGETHER_MS) {
      this.#heals.add({ number: this.#heals.nextNumber, atMs, ...(sinceMs === undefined ? {} : { sinceMs }), nodes: [nodeId], merges: 0, withConflicts: 0 });
    } else if (!heal.nodes.includes(nodeId) && heal.nodes.length < NODES_MAX) {
      const firstMs = Math.min(heal.sinceMs ?? atMs, sinceMs ?? atMs);
      this.#heals.replaceNewest({ ...heal, nodes: [...heal.nodes, nodeId], ...(firstMs === atMs ? {} : { sinceMs: firstMs }) });
    }
  }
}

function numberIn(id: string): number {
  return Number(id.split('-')[1]);
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
