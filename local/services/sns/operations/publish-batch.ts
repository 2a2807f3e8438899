import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { MAX_MESSAGE_BYTES, type Publication, parsePublication } from '../publication.ts';
import { publishToTopic } from '../publish-to-topic.ts';
import { findTopic, type SnsEngine } from '../sns-engine.ts';
import type { Topic } from '../topic.ts';

const MAX_ENTRIES = 10;
const MAX_ID_LENGTH = 80;

/** Up to ten messages, refused one by one; a whole request is refused for its ids and its size. */
export function publishBatch(engine: SnsEngine, input: JsonObject) {
  const topic = findTopic(engine, input);
  const entries = parseEntries(input.PublishBatchRequestEntries);
  const parsed = entries.map(entry => ({ id: String(entry.Id), publication: parseEntry(topic, entry) }));
  const totalBytes = parsed.reduce(
    (sum, { publication }) => sum + (publication instanceof AwsError ? 0 : publication.sizeBytes),
    0,
  );
  if (totalBytes > MAX_MESSAGE_BYTES)
    throw new AwsError('BatchRequestTooLong', 'The length of all the messages put together is more than the limit.');
  const Successful: JsonObject[] = [];
  const Failed: JsonObject[] = [];
  for (const { id, publication } of parsed) {
    if (publication instanceof AwsError) {
      Failed.push({ Id: id, Code: publication.code, Message: publication.message, SenderFault: true });
      continue;
    }
    const { messageId, sequenceNumber } = publishToTopic(engine, topic, publication);
    const sequence = sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber };
    Successful.push({ Id: id, MessageId: messageId, ...sequence });
  }
  return { Successful, Failed };
}

function parseEntry(topic: Topic, entry: JsonObject): Publication | AwsError {
  try {
    return parsePublication(topic, entry);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

function parseEntries(value: unknown): readonly JsonObject[] {
  const entries = Array.isArray(value) ? (value as readonly JsonObject[]) : []; // ids are checked below
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'The batch request does not contain any entries.');
  if (entries.length > MAX_ENTRIES)
    throw new AwsError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  const seen = new Set<string>();
  for (const { Id } of entries) {
    const id = String(Id ?? '');
    refuseId(id);
    if (seen.has(id))
      throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
    seen.add(id);
  }
  return entries;
}

function refuseId(id: string): void {
  const of = 'The Id of a batch entry in the batch request';
  if (id.length > MAX_ID_LENGTH) throw new AwsError('InvalidBatchEntryId', `${of} is too long: ${id}`);
  if (!/^[\w-]+$/.test(id))
    throw new AwsError('InvalidBatchEntryId', `${of} contains an impermissible character: ${id}`);
}
