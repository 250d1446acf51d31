import { bucketOf, compareStamps, type CopiesBody, type Held, HELD_BUCKETS_MAX, heldSchema, type Holdings, holdingsSchema, parseStamp, paths, type RingNode } from '@coring/protocol';
import { copiesWanted } from '../../ring/index.js';
import type { NodeFace } from '../../node/node-face.js';
import { Slices } from '../../node/slices.js';
import { askPeer } from './ask-peer.js';
import { atOnce } from './at-once.js';
import { areAlike, type Row, rowsByBucket, weigh } from './bucket-rows.js';

/** So many nodes are asked at the same time, each for so long, in milliseconds. */
const AT_ONCE = 32;
const NODE_MS = 2_000;
/** A longer answer is none, in bytes. */
const BYTES_MAX = 16 * 2 ** 20;
/** Where nodes differ, their names are looked at: so many at most, counted at each node. Of what is beyond, the least is said that is certain. */
const NAMES_MAX = 20_000;

/**
 * How many copies of each file there are on nodes that are up, or sleep. They compare what they keep by the bucket: where all agree that is enough, and where
 * they do not, name by name. So it costs about the same for a thousand files and for a million. A node that sleeps is not asked: it has what it owns, since
 * whatever is written wakes it.
 */
export async function countCopies(node: NodeFace): Promise<CopiesBody> {
  const { self, nodes, members, settings } = node.ring();
  const others = nodes.filter(({ nodeId, state, suspected }) => nodeId !== self && (state === 'up' || state === 'leaving') && suspected !== true);
  const answers = await atOnce(AT_ONCE, others, ({ address }) => ask<Holdings>(node, address, '', holdingsSchema));
  const told = new Map([[self, await node.holdings.all()]]);
  for (const [i, answer] of answers.entries()) if (answer !== undefined) told.set(others[i]!.nodeId, answer);
  const asleep = new Set(nodes.filter(({ state }) => state === 'asleep').map(({ nodeId }) => nodeId));
  const sleeping = (bucket: number): number => (asleep.size === 0 ? 0 : node.owners(bucket).filter((owner) => asleep.has(owner)).length);
  const tally = new Tally(sleeping);
  const slices = new Slices();
  const unlike: Unlike[] = [];
  for (const [bucket, rows] of await rowsByBucket(told, slices)) {
    if (slices.isOver) await slices.pause();
    if (areAlike(rows)) tally.add(bucket, rows.length, rows[0]!.names);
    else unlike.push({ bucket, rows, ...weigh(rows, node.owners(bucket)) });
  }
  const looked = toLookAt(unlike);
  const isLookedAt = await lookAt(node, looked, others, tally, slices);
  const rest = isLookedAt ? unlike.filter((one) => !looked.includes(one)) : unlike;
  for (const { bucket, names, copies } of rest) tally.add(bucket, copies, names);
  const wanted = copiesWanted({ members, settings });
  const partial = told.size <= answers.length || asleep.size >= wanted || rest.some(({ sure }) => !sure);
  return { wanted, ...tally.body(), partial };
}

interface Unlike {
  readonly bucket: number;
  readonly rows: readonly Row[];
  readonly names: number;
  readonly copies: number;
  readonly sure: boolean;
}

/** Those whose names are worth a look: first those of which nothing is sure. */
function toLookAt(unlike: readonly Unlike[]): Unlike[] {
  let left = NAMES_MAX;
  const first = [...unlike].sort((a, b) => Number(a.sure) - Number(b.sure));
  return first.filter(({ rows }) => {
    left -= rows.reduce((sum, { names }) => sum + names, 0);
    return left >= 0;
  });
}

/** Counts the copies of each name in these buckets. Returns whether everybody has told its names: else nothing is counted. */
async function lookAt(node: NodeFace, looked: readonly Unlike[], others: readonly RingNode[], tally: Tally, slices: Slices): Promise<boolean> {
  const { self } = node.ring();
  const counts = new Map<string, Newest>();
  const asked = [...new Set(looked.flatMap(({ rows }) => rows.map(({ nodeId }) => nodeId)))];
  const answers = await atOnce(AT_ONCE, asked, async (nodeId) => {
    const buckets = looked.filter(({ rows }) => rows.some((row) => row.nodeId === nodeId)).map(({ bucket }) => bucket);
    return nodeId === self ? heldHere(node, buckets) : heldAt(node, others.find((one) => one.nodeId === nodeId)!.address, buckets);
  });
  for (const held of answers) {
    if (held === undefined) return false;
    for (const { name, versions } of held) {
      if (slices.isOver) await slices.pause();
      counts.set(name, newerOf(counts.get(name), versions));
    }
  }
  for (const [name, { nodes }] of counts) tally.add(bucketOf(name), nodes, 1);
  return true;
}

/** What a node keeps of some buckets, name by name. */
export async function heldHere(node: NodeFace, buckets: readonly number[]): Promise<Held['held']> {
  const slices = new Slices();
  const held: Held['held'] = [];
  for (const bucket of buckets) {
    if (slices.isOver) await slices.pause();
    held.push(...node.holdings.in(bucket));
  }
  return held;
}

async function heldAt(node: NodeFace, address: string, buckets: readonly number[]): Promise<Held['held'] | undefined> {
  const held: Held['held'] = [];
  for (let from = 0; from < buckets.length; from += HELD_BUCKETS_MAX) {
    const answer = await ask<Held>(node, address, `&buckets=${buckets.slice(from, from + HELD_BUCKETS_MAX).join(',')}`, heldSchema);
    if (answer === undefined) return undefined;
    held.push(...answer.held);
  }
  return held;
}

function ask<T>({ log }: NodeFace, address: string, more: string, schema: object): Promise<T | undefined> {
  return askPeer({ address, target: `${paths.copies}?own${more}`, schema, bytesMax: BYTES_MAX, withinMs: NODE_MS }, log);
}

/** The newest version of a name that anybody keeps, and how many keep it. */
interface Newest {
  readonly version: string;
  readonly nodes: number;
}

function newerOf(known: Newest | undefined, versions: readonly string[]): Newest {
  const version = versions.reduce((a, b) => (compare(b, a) > 0 ? b : a));
  const compared = known === undefined ? 1 : compare(version, known.version);
  return compared > 0 ? { version, nodes: 1 } : { version: known!.version, nodes: known!.nodes + Number(compared === 0) };
}

function compare(a: string, b: string): number {
  const [stampA, stampB] = [parseStamp(a), parseStamp(b)];
  return stampA === undefined || stampB === undefined ? Number(stampA !== undefined) - Number(stampB !== undefined) : compareStamps(stampA, stampB);
}

/** How many files have how many copies. */
class Tally {
  readonly #byCopies = new Map<number, number>();
  #files = 0;

  /** @param sleeping how many owners of a bucket sleep */
  constructor(private readonly sleeping: (bucket: number) => number) {}

  /** So many files of a bucket have so many copies on nodes that are up. */
  add(bucket: number, copiesUp: number, files: number): void {
    if (files === 0) return;
    const copies = copiesUp + this.sleeping(bucket);
    this.#files += files;
    this.#byCopies.set(copies, (this.#byCopies.get(copies) ?? 0) + files);
  }

  body(): Pick<CopiesBody, 'files' | 'byCopies'> {
    return { files: this.#files, byCopies: Object.fromEntries(this.#byCopies) };
  }
}
