import type { RestartableCloud } from '../../support/restartable-cloud.ts';
import type { Received } from './sqs-fixture.ts';

/** What a client does with one queue of a running cloud. */
export function queueClient(running: RestartableCloud, name = 'q') {
  const QueueUrl = `http://x/000000000000/${name}`;
  const call = <Output>(operation: string, input: object = {}) =>
    running.call<Output>('sqs', operation, { QueueUrl, ...input });
  return {
    call,
    create: (Attributes: object = {}, tags: object = {}) => call('CreateQueue', { QueueName: name, Attributes, tags }),
    send: (MessageBody: string, more: object = {}) =>
      call<{ MessageId: string; SequenceNumber?: string }>('SendMessage', { MessageBody, ...more }),
    receive: async (more: object = {}) =>
      (await call<{ Messages?: Received[] }>('ReceiveMessage', { MaxNumberOfMessages: 10, ...more })).Messages ?? [],
    remove: ({ ReceiptHandle }: Received) => call('DeleteMessage', { ReceiptHandle }),
    attributes: async () =>
      (await call<{ Attributes: Record<string, string> }>('GetQueueAttributes', { AttributeNames: ['All'] }))
        .Attributes,
    tags: () => call('ListQueueTags'),
  };
}

export const bodiesOf = (messages: readonly Received[]) => messages.map(({ Body }) => Body);

/** Receives everything, again and again, without ever waiting for a visibility timeout. */
export async function drain(client: ReturnType<typeof queueClient>): Promise<Received[]> {
  const all: Received[] = [];
  for (;;) {
    const messages = await client.receive({ AttributeNames: ['All'], MessageAttributeNames: ['All'] });
    if (messages.length === 0) return all;
    all.push(...messages);
    for (const message of messages) await client.remove(message);
  }
}
