/** What `tests/aws/services/sns/test_sns.py` does with FIFO topics, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import { WITH_ONE_ATTRIBUTE, WITH_TWO_ATTRIBUTES, WITHOUT_ATTRIBUTE } from './publishing.ts';
import type { SnsStage } from './sns-stage.ts';
import type { SnsTest } from './topics.ts';

const GROUP = 'message-group-id-1';
const CONTENT_BASED = { ContentBasedDeduplication: 'true' };

/** Publishes the same message twice to a topic that a queue is subscribed to. */
async function publishedTwice(stage: SnsStage, contentBased: boolean, queueSuffix: '' | '.fifo') {
  const topicArn = await stage.fifoTopic(contentBased ? CONTENT_BASED : {});
  const queue =
    queueSuffix === '' ? await stage.rest.queue() : await stage.fifoQueue(contentBased ? CONTENT_BASED : {});
  await stage.subscribe(topicArn, queue);
  const identified = contentBased ? {} : { MessageDeduplicationId: 'message-deduplication-id-1' };
  const publish = () => stage.publish(topicArn, 'Test', { MessageGroupId: GROUP, ...identified });
  await publish();
  const messages = await stage.take(queue, { AttributeNames: ['All'] });
  await publish();
  return { messages, 'dedup-messages': await stage.receive(queue, { AttributeNames: ['All'] }) };
}

export const FIFO_TESTS: Readonly<Record<string, SnsTest>> = {
  test_message_to_fifo_sqs: (stage, parameter) => publishedTwice(stage, parameter === 'True', '.fifo'),
  test_fifo_topic_to_regular_sqs: (stage, parameter) => publishedTwice(stage, parameter === 'True', ''),

  test_validations_for_fifo: async stage => {
    const [topic, fifoTopic] = [await stage.topic(), await stage.fifoTopic()];
    const [queue, fifoQueue] = [await stage.rest.queue(), await stage.fifoQueue()];
    const Protocol = 'sqs';
    const refused = await stage.sns('Subscribe', { TopicArn: topic, Protocol, Endpoint: fifoQueue.arn });
    const toStandard = await stage.subscribe(fifoTopic, queue);
    const { Attributes } = await stage.subscriptionAttributes(toStandard.subscriptionArn);
    const { subscriptionArn } = await stage.subscribe(fifoTopic, fifoQueue);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queue.arn });
    return {
      'not-fifo-topic': refused,
      'not-fifo-queue': Attributes,
      'regular-queue-for-dlq-of-fifo-topic': await stage.set(subscriptionArn, 'RedrivePolicy', RedrivePolicy),
      'no-msg-group-id': await stage.publish(fifoTopic, 'test'),
      'no-dedup-policy': await stage.publish(fifoTopic, 'test', { MessageGroupId: GROUP }),
      'no-msg-dedup-regular-topic': await stage.publish(topic, 'test', { MessageDeduplicationId: 'deduplication-1' }),
    };
  },

  test_publish_batch_messages_from_fifo_topic_to_fifo_queue: async (stage, parameter) => {
    const contentBased = parameter === 'True';
    const topicArn = await stage.fifoTopic({ ContentBasedDeduplication: String(contentBased) });
    const attributes = await stage.topicAttributes(topicArn);
    const queue = await stage.fifoQueue(contentBased ? CONTENT_BASED : {});
    const { subscriptionArn } = await stage.subscribe(topicArn, queue, { RawMessageDelivery: 'true' });
    const entries = [WITH_TWO_ATTRIBUTES, WITH_ONE_ATTRIBUTE, WITHOUT_ATTRIBUTE].map((entry, index) => ({
      Id: String(index + 1),
      MessageGroupId: 'complexMessageGroupId',
      ...(contentBased ? {} : { MessageDeduplicationId: `MessageDeduplicationId-${index}` }),
      ...entry,
    }));
    const publish = () =>
      stage.sns('PublishBatch', { TopicArn: topicArn, PublishBatchRequestEntries: entries as readonly JsonObject[] });
    const first = await publish();
    const Messages = await stage.takeAll(queue);
    const again = await publish();
    return {
      'topic-attrs': attributes,
      'sub-attrs-raw-true': await stage.subscriptionAttributes(subscriptionArn),
      'publish-batch-response-fifo': first,
      messages: { Messages },
      'republish-batch-response-fifo': again,
      'duplicate-messages': await stage.receive(queue),
    };
  },

  test_publish_to_fifo_topic_to_sqs_queue_no_content_dedup: async (stage, parameter) => {
    const topicArn = await stage.fifoTopic(CONTENT_BASED);
    const queue = await stage.fifoQueue();
    await stage.subscribe(topicArn, queue, { RawMessageDelivery: parameter === 'True' ? 'true' : 'false' });
    await stage.publish(topicArn, 'Test single', { MessageGroupId: GROUP });
    await stage.sns('PublishBatch', {
      TopicArn: topicArn,
      PublishBatchRequestEntries: [{ Id: '1', MessageGroupId: GROUP, Message: 'Test batched' }],
    });
    await stage.rest.pass(1_000);
    return { messages: { Messages: await stage.takeAll(queue) } };
  },
};
