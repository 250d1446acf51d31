/** Does the work for each item, for at most `max` of them at the same time; the results are in the order of the items. */
export async function atOnce<T, R>(max: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < items.length) {
      const at = begun++;
      results[at] = await work(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(max, items.length) }, worker));
  return results;
}
