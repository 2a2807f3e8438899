/** Does a task for every item, at most `limit` at a time; results come in the order of the items. */
export async function atOnce<Item, Output>(
  items: readonly Item[],
  limit: number,
  task: (item: Item) => Promise<Output>,
): Promise<Output[]> {
  const results: Output[] = [];
  const queue = [...items.entries()];
  async function work(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await task(next[1]);
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}
