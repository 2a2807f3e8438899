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
  refusePushTarget(byTarget ? input.TargetArn : undefined);
  const topic = findTopic(engine, input, byTarget ? 'TargetArn' : 'TopicArn');
  const publication = parsePublication(topic, input);
  if (publication.sizeBytes > MAX_MESSAGE_BYTES) throw invalidParameter('Message too long');
  const { messageId, sequenceNumber } = publishToTopic(engine, topic, publication);
  return { MessageId: messageId, ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }) };
}

/** A device, of which there are none. */
function refusePushTarget(arn: unknown): void {
  if (typeof arn === 'string' && /^arn:[^:]+:sns:[^:]*:[^:]*:endpoint\//.test(arn))
    throw invalidParameter('TargetArn Reason: No endpoint found for the target arn specified');
}
