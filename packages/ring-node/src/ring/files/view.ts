import { compareStamps, type FileVersion, type Seen, type Stamp } from '@coring/protocol';
import type { RingState } from '../state.js';
import type { Entry } from './files-state.js';
import { isKept } from './kept.js';
import type { Op } from './op.js';
import type { Reply, Scope } from './scope.js';
import { resolve } from './resolve.js';
import { hasSeen, isBehind, isSame, seenOf, union } from './version.js';

/** What the answers of a round say of a name, together with what this node itself holds beside the main line. */
export interface View {
  /** The value accepted with the highest ballot. */
  readonly main: FileVersion | undefined;
  readonly accepted: Stamp | undefined;
  /** Main line and branches joined. */
  readonly current: FileVersion | undefined;
  readonly merged: boolean;
  /** The highest tombstone floor met. */
  readonly floor: number;
  /** All that somebody knows to be chosen. */
  readonly committed: Seen;
}

export function viewOf(ring: RingState, op: Op, entry: Entry, from: readonly Reply[]): View {
  const registers = from.flatMap(({ register }) => (register === undefined ? [] : [register]));
  const best = registers.reduce<{ accepted?: Stamp; value?: FileVersion }>((a, b) => (compareStamps(b.accepted, a.accepted) > 0 ? b : a), {});
  const branches = registers.flatMap((register) => register.branches);
  const own = ring.mutations.has('ignore-own-branches') ? [] : [...entry.register.branches, ...mineOf(entry, op)];
  const { value, merged } = resolve(best.value, [...branches, ...own], ring.mutations);
  return {
    main: best.value,
    accepted: best.accepted,
    current: value,
    merged,
    floor: Math.max(0, ...from.map(({ floor }) => floor)),
    committed: registers.reduce((all, register) => union(all, register.committed), entry.register.committed),
  };
}

/** Voters that accepted this very value at this very ballot: a copy made by synchronising is no vote. */
export function voters(ring: RingState, replies: ReadonlyMap<string, Reply>, { main, accepted }: View): Set<string> {
  const agreeing = [...replies].filter(([, { result, register }]) => {
    if (result !== 'ok' || register === undefined || compareStamps(register.accepted, accepted) !== 0) return false;
    if (accepted === undefined) return true;
    return (register.copied !== true || ring.mutations.has('copy-counts-as-vote')) && isSame(register.value?.version, main?.version);
  });
  return new Set(agreeing.map(([node]) => node));
}

/** Nodes known to keep the bytes of a version. */
export function holdersIn(ring: RingState, replies: ReadonlyMap<string, Reply>, entry: Entry | undefined, version: Stamp): Set<string> {
  const holders = new Set<string>();
  if (entry !== undefined && isKept(entry.kept, version)) holders.add(ring.self.nodeId);
  for (const [node, { register }] of replies) if (register !== undefined && isKept(register.holds, version)) holders.add(node);
  return holders;
}

/**
 * Whether it is known already that the main value, or one that succeeds it, was chosen: it needs no vote then. Who looks after a name wants
 * to know it of the branches too that the value has taken in since.
 */
export function isKnownChosen({ main, committed }: View, { kind }: Op): boolean {
  return main !== undefined && (kind === 'merge' ? !isBehind(committed, seenOf(main)) : hasSeen(committed, main.version));
}

/** Voters that answered and have not the latest value. */
export function lagging(scope: Scope, replies: ReadonlyMap<string, Reply>, { accepted }: View): string[] {
  return scope.targets.filter((node) => {
    const register = replies.get(node)?.register;
    return register !== undefined && compareStamps(register.accepted, accepted) !== 0;
  });
}

/** A version minted here by an earlier operation, whose fate is not known. */
function mineOf({ register: { mine } }: Entry, { minted }: Op): FileVersion[] {
  return mine === undefined || isSame(mine.version, minted?.version) ? [] : [mine];
}
