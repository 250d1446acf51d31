/** Does a work when it is asked for, but not again before so long after the last time, in milliseconds: who asks meanwhile gets what came of that. */
export function rarely<T>(everyMs: number, work: () => Promise<T>): () => Promise<T> {
  let last: { readonly result: Promise<T>; endedMs?: number } | undefined;
  return () => {
    if (last !== undefined && (last.endedMs === undefined || performance.now() - last.endedMs < everyMs)) return last.result;
    const begun: NonNullable<typeof last> = { result: work() };
    last = begun;
    // What went wrong is tried again.
    begun.result.then(() => (begun.endedMs = performance.now()), () => (last = undefined));
    return begun.result;
  };
}
