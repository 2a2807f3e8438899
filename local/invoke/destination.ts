import type { Cloud } from '../cloud/cloud.ts';
import type { Principal } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';

/** What is sent when an invocation is over, and where to. */
export interface Delivery {
  readonly destinationArn: string;
  /** The function's role. */
  readonly principal: Principal;
  readonly body: JsonObject;
  /** EventBridge only. */
  readonly detailType?: string;
  /** S3 only. */
  readonly objectKey?: string;
  /** EventBridge only: the function, as the resource that the event is about. */
  readonly resources?: readonly string[];
  /** Queues only: the X-Ray trace that the message belongs to. */
  readonly traceHeader?: string;
}

/** Sends an invocation record to a queue, topic, function, event bus or bucket. @throws AwsError when it is refused */
export async function deliver(cloud: Cloud, delivery: Delivery): Promise<void> {
  const { destinationArn, principal, body } = delivery;
  const [, , service = '', , , ...resource] = destinationArn.split(':');
  const text = JSON.stringify(body);
  const call = (operation: string, input: JsonObject, name = service) =>
    cloud.call({ service: name, operation, input, principal });
  switch (service) {
    case 'sqs':
      await call('SendMessage', {
        QueueUrl: queueUrl(cloud, destinationArn),
        MessageBody: text,
        ...(delivery.traceHeader === undefined ? {} : traceAttribute(delivery.traceHeader)),
      });
      return;
    case 'sns':
      await call('Publish', { TopicArn: destinationArn, Message: text });
      return;
    case 'lambda':
      await call('Invoke', { FunctionName: destinationArn, InvocationType: 'Event', Payload: text });
      return;
    case 'events':
      await putEvent(delivery, entries => call('PutEvents', { Entries: entries }));
      return;
    case 's3':
      await call('PutObject', {
        Bucket: resource.join(':'),
        Key: delivery.objectKey,
        Body: Buffer.from(text).toString('base64'),
        ContentType: 'application/json',
      });
      return;
    default:
      throw new Error(
        `Cannot deliver an invocation record: no destination of service '${service}' (${destinationArn})`,
      );
  }
}

/** The URL of a queue, by its ARN. */
export function queueUrl(cloud: Cloud, queueArn: string): string {
  const [, , , , account, name] = queueArn.split(':');
  return `${cloud.endpoint}/${account}/${name}`;
}

function traceAttribute(StringValue: string): JsonObject {
  return { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue } } };
}

async function putEvent(
  { destinationArn, body, detailType, resources }: Delivery,
  put: (entries: JsonObject[]) => Promise<JsonObject>,
): Promise<void> {
  const answer = await put([
    {
      EventBusName: destinationArn,
      Source: 'lambda',
      DetailType: detailType,
      Detail: JSON.stringify(body),
      Resources: resources ?? [],
    },
  ]);
  if (Number(answer.FailedEntryCount ?? 0) > 0) {
    throw new Error(
      `Cannot deliver an invocation record: ${destinationArn} refused it: ${JSON.stringify(answer.Entries)}`,
    );
  }
}
