import type { Call, JsonObject } from '../../../cloud/service.ts';
import { sendDraft } from '../enqueue.ts';
import { draftDigests, exceedsQueueLimit, parseDraft } from '../message-draft.ts';
import { integerAttribute } from '../queue-attributes.ts';
import { announceVisible, findQueue, putMetric, type SqsEngine, senderIdOf } from '../sqs-engine.ts';
import { invalidParameter } from '../sqs-error.ts';

export function sendMessage(engine: SqsEngine, input: JsonObject, call: Call) {
  const queue = findQueue(engine, input);
  const draft = parseDraft(queue, input, senderIdOf(engine.cloud, call.principal));
  if (exceedsQueueLimit(queue, draft.sizeBytes)) {
    const limit = integerAttribute(queue.attributes, 'MaximumMessageSize');
    throw invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
  }
  const { messageId, sequenceNumber } = sendDraft(engine, queue, draft);
  announceVisible(engine, queue);
  putMetric(engine, queue, { name: 'NumberOfMessagesSent', value: 1 });
  return {
    MessageId: messageId,
    ...draftDigests(draft),
    ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
  };
}
