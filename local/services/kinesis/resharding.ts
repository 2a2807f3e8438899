/**
 * Splitting, merging and uniform scaling, as transitions of a stream's shards. Judges nothing: the operations check what
 * AWS allows before they come here. Parents are closed at the instant at which their children open, so that the open
 * ranges always cover all hash keys exactly once.
 */
import { type HashKey, hashKeyFromNumber, hashKeyToNumber, uniformStarts } from './hash-key.ts';
import { openShard, type Shard } from './shard.ts';
import type { Stream } from './stream.ts';

/** The shards that were closed and opened, some of them both. */
export type Resharded = Iterable<Shard>;

/** Splits an open shard in two; `newStart` is the first hash key of the second child. */
export function splitShard(stream: Stream, shard: Shard, split: { newStart: HashKey; nowMs: number }): Resharded {
  const firstEnd = hashKeyFromNumber(hashKeyToNumber(split.newStart) - 1n);
  return replaceShards(stream, [shard], {
    ranges: [
      { startingHash: shard.startingHash, endingHash: firstEnd },
      { startingHash: split.newStart, endingHash: shard.endingHash },
    ],
    nowMs: split.nowMs,
  });
}

/** Merges two open shards of which `upper` begins where `lower` ends. `named` is the one that is named parent first. */
export function mergeShards(
  stream: Stream,
  pair: { lower: Shard; upper: Shard; named: Shard },
  options: { nowMs: number },
): Resharded {
  const other = pair.named === pair.lower ? pair.upper : pair.lower;
  return replaceShards(stream, [pair.named, other], {
    ranges: [{ startingHash: pair.lower.startingHash, endingHash: pair.upper.endingHash }],
    nowMs: options.nowMs,
  });
}

/** @returns whether `upper` begins at the hash key after the last one of `lower` */
export function areAdjacent(lower: Shard, upper: Shard): boolean {
  return hashKeyToNumber(lower.endingHash) + 1n === hashKeyToNumber(upper.startingHash);
}

/**
 * Makes `target` shards of equal size out of the open ones. Like AWS, it does so by splits and merges alone, and leaves
 * short-lived shards in between behind: every shard has at most two parents.
 */
export function scaleUniformly(stream: Stream, target: number, nowMs: number): Resharded {
  const concerned = new Set<Shard>();
  const note = (shards: Resharded) => {
    for (const shard of shards) concerned.add(shard);
  };
  const starts = uniformStarts(target);
  for (const start of starts) {
    const shard = stream.open.find(({ startingHash, endingHash }) => startingHash < start && start <= endingHash);
    if (shard) note(splitShard(stream, shard, { newStart: start, nowMs }));
  }
  const boundaries = new Set(starts);
  for (let index = 1; index < stream.open.length; ) {
    const lower = stream.open[index - 1] as Shard; // 0 <= index - 1 < length
    const upper = stream.open[index] as Shard; // index < length
    if (boundaries.has(upper.startingHash)) index++;
    else note(mergeShards(stream, { lower, upper, named: lower }, { nowMs }));
  }
  return concerned;
}

interface Replacement {
  readonly ranges: readonly { readonly startingHash: HashKey; readonly endingHash: HashKey }[];
  readonly nowMs: number;
}

function replaceShards(stream: Stream, parents: readonly Shard[], { ranges, nowMs }: Replacement): Resharded {
  const children = ranges.map(range => openShard({ ...range, index: stream.shardsOpened++, nowMs, parents }));
  for (const parent of parents) parent.closedMs = nowMs;
  for (const child of children) stream.shards.set(child.shardId, child);
  stream.open = [...stream.open.filter(shard => !parents.includes(shard)), ...children].sort((a, b) =>
    a.startingHash < b.startingHash ? -1 : 1,
  );
  return [...parents, ...children];
}
