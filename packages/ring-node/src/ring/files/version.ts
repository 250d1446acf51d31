import { compareStamps, type FileVersion, type Seen, type Stamp } from '@coring/protocol';

/** Whether a version vector knows of a version: the newest one of its maker that the vector holds is not older. */
export function hasSeen(seen: Seen, version: Stamp): boolean {
  return (seen[version.node] ?? -1) >= version.time;
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
  for (const [node, time] of Object.entries(b)) if (!(both[node]! >= time)) both[node] = time;
  return both;
}

/** What a writer who sees this value has seen: what it succeeds, and itself. */
export function seenOf(value: FileVersion | undefined): Seen {
  return value === undefined ? {} : union(value.seen, { [value.version.node]: value.version.time });
}

/** Whether vector `a` knows all that `b` knows. */
export function isBehind(a: Seen, b: Seen): boolean {
  return Object.entries(b).some(([node, time]) => (a[node] ?? -1) < time);
}

export function latest(stamps: readonly (Stamp | undefined)[]): Stamp | undefined {
  return stamps.reduce((best, stamp) => (compareStamps(stamp, best) > 0 ? stamp : best), undefined);
}
