/**
 * How far a mapping has read its stream: what it goes on from when it is enabled again, or after the process has ended.
 *
 * 1. A position never passes a record that is not done; what is read again after it may be done already.
 * 2. A lane's progress only adds to the position of its shard: without it records are repeated, and none is missed.
 */
import type { ShardPosition } from './shard-position.ts';

/** A tumbling window that is open, as it stands between two invocations. */
export interface OpenWindow {
  readonly startMs: number;
  readonly state: unknown;
}

/** What a shard's position does not say about one of its lanes. */
export interface LaneProgress {
  /** With another number of lanes keys have other lanes: then this says nothing. */
  readonly laneCount: number;
  /** The last record of this lane that is done, when lanes may be ahead of each other. */
  readonly doneThrough?: string;
  /** Batches that are not done and were tried or split, in order: each up to its last record. */
  readonly batches?: readonly { readonly lastSequenceNumber: string; readonly attempts: number }[];
  readonly window?: OpenWindow;
}

export type Checkpoint = { readonly position: ShardPosition } | { readonly lane: LaneProgress };

export class Checkpoints {
  readonly #positions = new Map<string, ShardPosition>();
  readonly #lanes = new Map<string, LaneProgress>();
  readonly #onChange: ((key: string) => void) | undefined;

  /** @param onChange is told the key under which the checkpoint that has changed can be read */
  constructor(onChange?: (key: string) => void) {
    this.#onChange = onChange;
  }

  get isEmpty(): boolean {
    return this.#positions.size === 0;
  }

  position(shardId: string): ShardPosition | undefined {
    return this.#positions.get(shardId);
  }

  /** A shard that is read to its end has no lanes any more. */
  setPosition(shardId: string, position: ShardPosition): void {
    this.#positions.set(shardId, position);
    this.#onChange?.(shardId);
    if (position.type !== 'ENDED') return;
    for (const key of [...this.#lanes.keys()]) if (key.startsWith(`${shardId}#`)) this.#dropLane(key);
  }

  lane(shardId: string, index: number): LaneProgress | undefined {
    return this.#lanes.get(laneKey(shardId, index));
  }

  /** @param progress undefined when the shard's position says it all */
  setLane(shardId: string, index: number, progress: LaneProgress | undefined): void {
    const key = laneKey(shardId, index);
    if (progress) {
      this.#lanes.set(key, progress);
      this.#onChange?.(key);
    } else if (this.#lanes.has(key)) {
      this.#dropLane(key);
    }
  }

  /** The mapping changes: batches are tried afresh, windows begin anew. */
  forgetLanes(): void {
    for (const key of [...this.#lanes.keys()]) this.#dropLane(key);
  }

  *keys(): Iterable<string> {
    yield* this.#positions.keys();
    yield* this.#lanes.keys();
  }

  read(key: string): Checkpoint | undefined {
    const position = this.#positions.get(key);
    if (position) return { position };
    const lane = this.#lanes.get(key);
    return lane && { lane };
  }

  restore(key: string, checkpoint: Checkpoint): void {
    if ('position' in checkpoint) this.#positions.set(key, checkpoint.position);
    else this.#lanes.set(key, checkpoint.lane);
  }

  #dropLane(key: string): void {
    this.#lanes.delete(key);
    this.#onChange?.(key);
  }
}

function laneKey(shardId: string, index: number): string {
  return `${shardId}#${index}`;
}
