import type { MergesBody, OwnMerges } from '@coring/protocol';

type Heal = MergesBody['heals'][number];
export type SeenHeal = OwnMerges['heals'][number] & { readonly by: string };

/** What several nodes saw within so long of the first of them was one and the same, in milliseconds. */
const TOGETHER_MS = 60_000;

/** What the nodes saw come back, each by itself, as what happened to the ring; newest first. */
export function joinHeals(seen: readonly SeenHeal[]): Heal[] {
  const groups: SeenHeal[][] = [];
  for (const heal of [...seen].sort((a, b) => a.atMs - b.atMs)) {
    const group = groups.at(-1);
    if (group !== undefined && heal.atMs - group[0]!.atMs <= TOGETHER_MS) group.push(heal);
    else groups.push([heal]);
  }
  return groups.map(joined).reverse();
}

function joined(group: readonly SeenHeal[]): Heal {
  const since = group.flatMap(({ sinceMs }) => (sinceMs === undefined ? [] : [sinceMs]));
  return {
    atMs: group[0]!.atMs,
    ...(since.length === 0 ? {} : { sinceMs: Math.min(...since) }),
    sides: sidesOf(group),
    merges: sum(group.map(({ merges }) => merges)),
    withConflicts: sum(group.map(({ withConflicts }) => withConflicts)),
  };
}

/** Those that missed the same nodes were on one side. */
function sidesOf(group: readonly SeenHeal[]): Heal['sides'] {
  const missedBy = new Map<string, Set<string>>();
  for (const { by, nodes } of group) missedBy.set(by, new Set([...(missedBy.get(by) ?? []), ...nodes]));
  const sides = new Map<string, Heal['sides'][number]>();
  for (const [by, nodes] of missedBy) {
    const missed = [...nodes].sort();
    const side = sides.get(missed.join());
    if (side === undefined) sides.set(missed.join(), { nodes: [by], missed });
    else side.nodes.push(by);
  }
  return [...sides.values()];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
