import { compareStamps, type FileVersion, type Seen, type Stamp } from '@coring/protocol';
import type { RingState } from '../state.js';
import { epochsInForce, votersOf } from '../placement/owners.js';
import type { Entry } from './files-state.js';
import { comparePlaced, type Height, heightOf, type Placed } from './height.js';
import { isKept } from './kept.js';
import type { Op } from './op.js';
import { passedOverBeside } from './passed-over.js';
import { isQuorum } from './quorum.js';
import type { Reply, Scope } from './scope.js';
import { resolve } from './resolve.js';
import { hasSeen, isBehind, isSame, seenOf, union } from './version.js';

/** What the answers of a round say of a name, together with what this node itself holds beside the main line. */
export interface View {
  /** The value that stands highest. */
  readonly main: FileVersion | undefined;
  /** Where it stands; undefined where nothing was ever accepted. */
  readonly height: Height | undefined;
  /** Main line and branches joined. */
  readonly current: FileVersion | undefined;
  readonly merged: boolean;
  /** Whether others stand beside what the name holds now, which is there on a condition alone: nothing more may hang on that. */
  readonly contested: boolean;
  /** What this node brings back of the main line: see `passedOver`. */
  readonly broughtBack: readonly FileVersion[];
  /** The highest tombstone floor met. */
  readonly floor: number;
  /** All that somebody knows to be chosen. */
  readonly committed: Seen;
}

export function viewOf(ring: RingState, op: Op, entry: Entry, from: readonly Reply[]): View {
  const registers = from.flatMap(({ register }) => (register === undefined ? [] : [register]));
  const isHigher = ring.mutations.has('recovery-ignores-fast') ? (a: Placed, b: Placed) => compareStamps(a.accepted, b.accepted) > 0 || b.value === undefined : (a: Placed, b: Placed) => comparePlaced(a, b) > 0;
  const best = registers.reduce<Height & { readonly value?: FileVersion }>((a, b) => (isHigher(b, a) ? b : a), {});
  const branches = registers.flatMap((register) => register.branches);
  const own = ring.mutations.has('ignore-own-branches') ? [] : [...entry.register.branches, ...mineOf(entry, op)];
  const broughtBack = passedOverBeside(ring, op.name, entry, best.value, registers.map(({ committed }) => committed));
  const held = [...entry.kept, ...registers.flatMap(({ holds }) => holds)];
  const isHeld = (version: Stamp): boolean => isKept(held, version) || ring.mutations.has('first-alike');
  const { value, merged, contested } = resolve(best.value, [...branches, ...own, ...broughtBack], ring.mutations, isHeld);
  return {
    main: best.value,
    height: best.value === undefined ? undefined : heightOf(best),
    current: value,
    merged,
    contested,
    broughtBack,
    floor: Math.max(0, ...from.map(({ floor }) => floor)),
    committed: registers.reduce((all, register) => union(all, register.committed), entry.register.committed),
  };
}

/** Voters that accepted this very value at this very height: a copy made by synchronising is no vote. */
export function voters(ring: RingState, replies: ReadonlyMap<string, Reply>, view: View): Set<string> {
  const agreeing = [...replies].filter(([, { result, register }]) => {
    if (result !== 'ok' || register === undefined || comparePlaced(register, placedIn(view)) !== 0) return false;
    return view.main === undefined || register.copied !== true || ring.mutations.has('copy-counts-as-vote');
  });
  return new Set(agreeing.map(([node]) => node));
}

/** Whether those that agree are enough for the main value to be chosen: a majority of a classic round, all voters of its epoch of a fast one. */
export function isChosenByVote(ring: RingState, { name }: Op, { height }: View, needed: Scope['epochs'], agreeing: ReadonlySet<string>): boolean {
  if (height?.fast === undefined || ring.mutations.has('fast-read-by-majority')) return isQuorum(ring, needed, agreeing);
  const epoch = epochsInForce(ring).find(({ number }) => number === height.fast!.epoch);
  return epoch !== undefined && votersOf(epoch, name).every((node) => agreeing.has(node));
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
 * to know it of the branches too that the value has taken in since. What is known to be chosen and the value has not seen came after it, maybe
 * while the answers came in: then the value may be one of the same writer that never was chosen, and the vector covers it all the same.
 */
export function isKnownChosen({ mutations }: RingState, { main, committed }: Pick<View, 'main' | 'committed'>, { kind }: Pick<Op, 'kind'>): boolean {
  if (main === undefined || (isBehind(seenOf(main), committed) && !mutations.has('outdated-is-chosen'))) return false;
  return kind === 'merge' ? !isBehind(committed, seenOf(main)) : hasSeen(committed, main.version);
}

/** Voters that answered and have not the latest value. */
export function lagging(scope: Scope, replies: ReadonlyMap<string, Reply>, view: View): string[] {
  return scope.targets.filter((node) => {
    const register = replies.get(node)?.register;
    return register !== undefined && comparePlaced(register, placedIn(view)) !== 0;
  });
}

function placedIn({ height, main }: View): Placed {
  return { ...height, ...(main === undefined ? {} : { value: main }) };
}

/** A version minted here by an earlier operation, whose fate is not known. */
function mineOf({ register: { mine } }: Entry, { minted }: Op): FileVersion[] {
  return mine === undefined || isSame(mine.version, minted?.version) ? [] : [mine];
}
