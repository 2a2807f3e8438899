/** What a chunk may hold. */
export interface ChunkLimits<Item> {
  readonly maxItems: number;
  /** @default no limit */
  readonly maxBytes?: number;
  readonly sizeBytes?: (item: Item) => number;
}

/** Cuts a list into runs that keep the limits, in order. An item that is larger than a chunk stands alone. */
export function chunks<Item>(items: readonly Item[], limits: ChunkLimits<Item>): Item[][] {
  const { maxItems, maxBytes = Number.POSITIVE_INFINITY, sizeBytes = () => 0 } = limits;
  const result: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const itemBytes = sizeBytes(item);
    const open = result.at(-1);
    if (open && open.length < maxItems && bytes + itemBytes <= maxBytes) {
      open.push(item);
      bytes += itemBytes;
    } else {
      result.push([item]);
      bytes = itemBytes;
    }
  }
  return result;
}
