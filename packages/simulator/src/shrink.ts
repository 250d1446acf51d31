/**
 * Makes a list smaller as long as something holds of it: leaves out runs of its items, then shorter and shorter ones, until none can be spared alone,
 * or `isOver` says so after some tries. After Zeller and Hildebrandt (2002).
 */
export function shrink<T>(items: readonly T[], holds: (fewer: readonly T[]) => boolean, isOver: (tries: number) => boolean = () => false): readonly T[] {
  let kept = items;
  let tries = 0;
  for (let length = kept.length >> 1; length > 0; ) {
    const before = kept.length;
    // From the end: what comes late depends on what comes early.
    for (let end = kept.length; end > 0; end -= length) {
      const fewer = [...kept.slice(0, Math.max(0, end - length)), ...kept.slice(end)];
      if (isOver(tries++)) return kept;
      if (holds(fewer)) kept = fewer;
    }
    if (length > 1) length = length >> 1;
    else if (kept.length === before) break;
  }
  return kept;
}
