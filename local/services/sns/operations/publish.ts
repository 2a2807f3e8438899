import type { JsonObject } from '../../../cloud/service.ts';
import { MAX_MESSAGE_BYTES, parsePublication } from '../publication.ts';
import { publishToTopic } from '../publish-to-topic.ts';
import { findTopic, type SnsEngine } from '../sns-engine.ts';
import { invalidParameter } from '../sns-error.ts';

/** To a topic only: phones and devices are off the machine. */
export function publish(engine: SnsEngine, input: JsonObject) {
  if (typeof input.PhoneNumber === 'string')
    throw invalidParameter(`PhoneNumber Reason: ${input.PhoneNumber} is not valid to publish to`);
  const byTarget = input.TopicArn === undefined && input.TargetArn !== undefined;
  const topic = findTopic(engine, input, byTarget ? 'TargetArn' : 'TopicArn');
  const publication = parsePublication(topic, input);
  if (publication.sizeBytes > MAX_MESSAGE_BYTES) throw invalidParameter('Message too long');
  const { messageId, sequenceNumber } = publishToTopic(engine, topic, publication);
  return { MessageId: messageId, ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }) };
}
