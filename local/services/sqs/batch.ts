/** What all batch operations share: the entries' ids are checked for the whole request, everything else per entry. */
import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import { sqsError } from './sqs-error.ts';

const MAX_ENTRIES = 10;
const ENTRY_ID = /^[\w-]{1,80}$/;

export type BatchEntry = JsonObject & { readonly Id: string };

/** `entryName` is the name of the entry in the API model, for the message. @throws AwsError */
export function parseBatch(value: unknown, entryName: string): readonly BatchEntry[] {
  const entries = Array.isArray(value) ? (value as readonly BatchEntry[]) : []; // ids are checked below
  if (entries.length === 0)
    throw sqsError('EmptyBatchRequest', `There should be at least one ${entryName} in the request.`);
  if (entries.length > MAX_ENTRIES)
    throw sqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (typeof Id !== 'string' || !ENTRY_ID.test(Id))
      throw sqsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 ' +
          'letters long.',
      );
    if (seen.has(Id)) throw sqsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    seen.add(Id);
  }
  return entries;
}

/** Carries out each entry by itself. `Failed` holds those that SQS refused. */
export function forEachEntry(entries: readonly BatchEntry[], carryOut: (entry: BatchEntry) => JsonObject): JsonObject {
  const successful: JsonObject[] = [];
  const failed: JsonObject[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...carryOut(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const Code = error.queryCode ?? error.code;
      failed.push({ Id: entry.Id, SenderFault: error.status < 500, Code, Message: error.message });
    }
  }
  return {
    ...(successful.length === 0 ? {} : { Successful: successful }),
    ...(failed.length === 0 ? {} : { Failed: failed }),
  };
}
