import { type CensusBody, type ConflictsBody, type ListBody, paths, type RingBody } from '@coring/protocol';
import type { TestNode } from '../a-ring.js';
import { urlOf } from '../files.js';

export interface Kept {
  readonly version: string;
  readonly digest: string;
}

/** What a node says of a name: the current version, and the conflict copies beside it. */
export interface Shown extends Kept {
  /** The current version is a deletion: nothing is kept of it. */
  readonly deleted: boolean;
  readonly conflicts: readonly Kept[];
}

/** Everything that a node lists, with conflict copies, also beside what is deleted. @throws Error where it cannot say so surely */
export async function allShownBy(node: TestNode): Promise<ReadonlyMap<string, Shown>> {
  return new Map([...(await shownBy(node, 'conflicts&')), ...(await shownBy(node, ''))]);
}

async function shownBy(node: TestNode, which: string): Promise<ReadonlyMap<string, Shown>> {
  const shown = new Map<string, Shown>();
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: ListBody = await bodyOf<ListBody>(`${node.url}${paths.files}?${which}after=${encodeURIComponent(after)}`);
    if (page.grade !== 'strong' || page.partial === true) throw new Error(`${node.address} does not list surely`);
    for (const { name, version, etag, conflicts = 0, deleted = false } of page.files) {
      const beside = conflicts === 0 ? [] : (await bodyOf<ConflictsBody>(`${urlOf(node, name)}?conflicts`)).conflicts;
      shown.set(name, { version, digest: etag.slice(1, -1), deleted, conflicts: beside.map((one) => ({ version: one.version, digest: one.digest })) });
    }
    after = page.next;
  }
  return shown;
}

/** What keeps these nodes from being one ring, seen alike by all of them. */
export async function notOneRing(nodes: readonly TestNode[]): Promise<string[]> {
  const rings = await Promise.all(nodes.map((node) => node.ring()));
  const views = new Set(rings.map(({ ringId, nodes: members, epoch, members: inEpoch }) => JSON.stringify([ringId, members.map(({ nodeId, state, incarnation, address }) => [nodeId, state, incarnation, address]), epoch, [...inEpoch].sort()])));
  const faults = views.size === 1 ? [] : [`nodes see different rings:\n${[...views].join('\n')}`];
  for (const ring of rings) faults.push(...outOfOrder(ring));
  return faults;
}

/** The members are listed in the order of the ring. */
function outOfOrder({ nodes, self, next, previous }: RingBody): string[] {
  const order = nodes.map(({ nodeId }) => nodeId);
  const at = order.indexOf(self);
  const right = { next: order[(at + 1) % order.length], previous: order.at(at - 1) };
  return next === right.next && previous === right.previous ? [] : [`${self}: next ${next}, previous ${previous}, but the order is ${order.join(' ')}`];
}

/** Names, or conflict copies, of which fewer sound copies are kept than are wanted. */
export async function lackingCopies(node: TestNode, shown: ReadonlyMap<string, Shown>, wanted: number): Promise<string[]> {
  const faults: string[] = [];
  const counted = new Set<string>();
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: CensusBody = await bodyOf<CensusBody>(`${node.url}${paths.census}?prefix=&limit=200&after=${encodeURIComponent(after)}`);
    for (const { name, copies } of page.files) {
      counted.add(name);
      for (const { version: kept } of keptOf(shown.get(name))) {
        const sound = copies.filter((copy) => copy.version === kept && copy.sound === true).length;
        if (sound < wanted) faults.push(`${name}: ${sound} sound copies of ${kept}`);
      }
    }
    after = page.next;
  }
  for (const name of shown.keys()) if (!counted.has(name)) faults.push(`${name}: not counted`);
  return faults;
}

/** What there is to be got under a name: the current version, unless that is a deletion, and the conflict copies. */
export function keptOf(shown: Shown | undefined): readonly Kept[] {
  return shown === undefined ? [] : [...(shown.deleted ? [] : [shown]), ...shown.conflicts];
}

async function bodyOf<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
