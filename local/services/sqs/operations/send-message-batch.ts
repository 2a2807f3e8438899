import type { Call, JsonObject } from '../../../cloud/service.ts';
import { type BatchEntry, forEachEntry, parseBatch } from '../batch.ts';
import { sendDraft } from '../enqueue.ts';
import type { MessageAttributes } from '../message.ts';
import { draftDigests, exceedsQueueLimit, messageBytes, parseDraft } from '../message-draft.ts';
import { integerAttribute } from '../queue-attributes.ts';
import { announceVisible, findQueue, putMetric, type SqsEngine, senderIdOf } from '../sqs-engine.ts';
import { invalidParameter, sqsError } from '../sqs-error.ts';

const MAX_REQUEST_BYTES = 1_048_576;

/** Up to ten messages, refused one by one; a whole request is refused for its ids and its size. */
export function sendMessageBatch(engine: SqsEngine, input: JsonObject, call: Call) {
  const queue = findQueue(engine, input);
  const entries = parseBatch(input.Entries, 'SendMessageBatchRequestEntry');
  refuseSize(entries);
  if (queue.fifo && entries.some(({ MessageGroupId }) => MessageGroupId === undefined || MessageGroupId === null))
    throw invalidParameter('The request must contain the parameter MessageGroupId.');
  const senderId = senderIdOf(engine.cloud, call.principal);
  let sent = 0;
  const results = forEachEntry(entries, entry => {
    const draft = parseDraft(queue, entry, senderId);
    if (exceedsQueueLimit(queue, draft.sizeBytes)) {
      const limit = integerAttribute(queue.attributes, 'MaximumMessageSize');
      throw invalidParameter(
        `One or more parameters cannot be validated. Reason: Message must be shorter than ${limit} bytes.`,
      );
    }
    const { messageId, sequenceNumber } = sendDraft(engine, queue, draft);
    sent++;
    return {
      MessageId: messageId,
      ...draftDigests(draft),
      ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
    };
  });
  announceVisible(engine, queue);
  if (sent > 0) putMetric(engine, queue, { name: 'NumberOfMessagesSent', value: sent });
  return results;
}

function refuseSize(entries: readonly BatchEntry[]): void {
  const bytes = entries.reduce((sum, { MessageBody, MessageAttributes }) => {
    const attributes = (MessageAttributes ?? {}) as MessageAttributes; // only measured here, validated later
    return sum + messageBytes(typeof MessageBody === 'string' ? MessageBody : '', attributes);
  }, 0);
  if (bytes > MAX_REQUEST_BYTES)
    throw sqsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${MAX_REQUEST_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
}
