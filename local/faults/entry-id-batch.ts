import { type BatchShape, listOf } from './batch-shape.ts';

/** Answers by entry id, in `Successful` and `Failed`: the batches of SQS and SNS. */
export function entryIdBatch(entries: string): BatchShape {
  return {
    entryCount: input => listOf(input[entries]).length,
    without(input, refused) {
      const left = listOf(input[entries]).filter((_, position) => !refused.has(position));
      return left.length === 0 ? undefined : { ...input, [entries]: left };
    },
    answer({ input, refused, answer, refusal }) {
      const failed = listOf(input[entries])
        .filter((_, position) => refused.has(position))
        .map(({ Id }) => ({ Id, SenderFault: false, Code: refusal.code, Message: refusal.message }));
      return { ...answer, Failed: [...listOf(answer?.Failed), ...failed] };
    },
  };
}
