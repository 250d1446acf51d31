import { compareStamps, type FileVersion, type Seen, type Stamp } from '@coring/protocol';

/** Whether a version vector knows of a version: the newest one of its maker that the vector holds is not older. */
export function hasSeen(seen: Seen, version: Stamp): boolean {
  return (seen[version.node] ?? -1) >= version.time;
}

/** Whether a vector holds that very version, not a later one of its maker: that one may have been made without it. */
export function holdsIt(seen: Seen, { node, time }: Stamp): boolean {
  return seen[node] === time;
}

/** Whether a value is that version or succeeds it. */
export function covers(value: FileVersion | undefined, version: Stamp): boolean {
  return value !== undefined && (isSame(value.version, version) || hasSeen(value.seen, version));
}

export function isSame(a: Stamp | undefined, b: Stamp | undefined): boolean {
  return compareStamps(a, b) === 0;
}

/** The least vector that knows what both know. */
export function union(a: Seen, b: Seen): Seen {
  const both = { ...a };
  for (const node of Object.keys(b)) if (!(both[node]! >= b[node]!)) both[node] = b[node]!;
  return both;
}

/** What a writer who sees this value has seen: what it succeeds, and itself. */
export function seenOf(value: FileVersion | undefined): Seen {
  return value === undefined ? {} : union(value.seen, { [value.version.node]: value.version.time });
}

/** Whether vector `a` knows all that `b` knows. */
export function isBehind(a: Seen, b: Seen): boolean {
  return Object.keys(b).some((node) => (a[node] ?? -1) < b[node]!);
}

/** Whether a vector knows what a writer who sees this value has seen, no less and no more. */
export function isSeenOf({ version, seen }: FileVersion, vector: Seen): boolean {
  if (vector[version.node] !== Math.max(version.time, seen[version.node] ?? -1) || isBehind(vector, seen)) return false;
  return Object.keys(vector).every((node) => node === version.node || (seen[node] ?? -1) >= vector[node]!);
}

export function latest(stamps: readonly (Stamp | undefined)[]): Stamp | undefined {
  return stamps.reduce((best, stamp) => (compareStamps(stamp, best) > 0 ? stamp : best), undefined);
}
