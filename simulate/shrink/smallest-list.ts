/**
 * The smallest part of a list that still fails, by cutting out ever smaller pieces (Zeller's ddmin, without the subsets).
 * Not the smallest of all: one from which no single item can be left out.
 */
export async function smallestList<Item>(
  items: readonly Item[],
  fails: (items: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let left = items;
  for (let size = Math.ceil(left.length / 2); size >= 1 && left.length > 0; ) {
    let cut = false;
    for (let from = 0; from < left.length; ) {
      const rest = [...left.slice(0, from), ...left.slice(from + size)];
      if (await fails(rest)) {
        left = rest;
        cut = true;
      } else {
        from += size;
      }
    }
    if (size === 1 && !cut) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return left;
}
