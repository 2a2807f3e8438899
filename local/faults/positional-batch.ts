import type { JsonObject } from '../cloud/service.ts';
import { type BatchShape, listOf } from './batch-shape.ts';

export interface PositionalMembers {
  readonly entries: string;
  /** The results, one for each entry, in the same order. */
  readonly results: string;
  readonly failedCount: string;
}

/** Answers by position: PutRecords, PutEvents, PutRecordBatch. A refused entry has `ErrorCode` and `ErrorMessage`. */
export function positionalBatch({ entries, results, failedCount }: PositionalMembers): BatchShape {
  return {
    entryCount: input => listOf(input[entries]).length,
    without(input, refused) {
      const left = listOf(input[entries]).filter((_, position) => !refused.has(position));
      return left.length === 0 ? undefined : { ...input, [entries]: left };
    },
    answer({ input, refused, answer, refusal }) {
      const carriedOut = listOf(answer?.[results]).values();
      const failed: JsonObject = { ErrorCode: refusal.code, ErrorMessage: refusal.message };
      const merged = listOf(input[entries]).map((_, position) =>
        refused.has(position) ? failed : carriedOut.next().value,
      );
      return { ...answer, [failedCount]: Number(answer?.[failedCount] ?? 0) + refused.size, [results]: merged };
    },
  };
}
