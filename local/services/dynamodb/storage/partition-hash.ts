/**
 * A 32-bit hash of a partition key (FNV-1a with a final mix): it orders scans, cuts them into segments and picks the
 * stream shard of an item. Not DynamoDB's own hash, which is not published.
 */
export function partitionHash(partition: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < partition.length; i++) hash = Math.imul(hash ^ partition.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The hash space is cut into `parts` equal ranges; this is the one that the hash falls into. */
export function hashPart(hash: number, parts: number): number {
  return Math.floor((hash * parts) / 2 ** 32);
}
