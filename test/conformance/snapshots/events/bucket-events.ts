import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { EventsStage } from './events-stage.ts';

/** An object put into a bucket reaches a queue by way of the default bus and another one. */
export async function bucketToCustomBus(stage: EventsStage): Promise<JsonObject> {
  const Bucket = stage.name('bucket');
  await stage.call('s3', 'CreateBucket', { Bucket });
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await stage.call('s3', 'PutBucketNotificationConfiguration', { Bucket, NotificationConfiguration });

  const [busName, first, second] = [stage.name('bus'), stage.name('rule'), stage.name('rule')];
  const bus = await stage.answer('CreateEventBus', { Name: busName });
  const busArn = String(bus.EventBusArn);
  const anyObject = { 'detail-type': ['Object Created'], source: ['aws.s3'] };
  const detail = { bucket: { name: [Bucket] }, object: { key: [{ prefix: 'delivery/' }] } };
  const queue = await stage.queue();
  const answers = {
    'create-custom-event-bus': bus,
    'create-rule-1': await stage.answer('PutRule', { Name: first, EventPattern: JSON.stringify(anyObject) }),
    'create-rule-2': await stage.answer('PutRule', {
      Name: second,
      EventBusName: busName,
      EventPattern: JSON.stringify({ ...anyObject, detail }),
    }),
    'put-target-1': await stage.answer('PutTargets', {
      Rule: first,
      Targets: [{ Id: 'bus', Arn: busArn, RoleArn: await stage.role('events:PutEvents', busArn) }],
    }),
    'put-target-2': await stage.answer('PutTargets', {
      Rule: second,
      EventBusName: busName,
      Targets: [{ Id: 'queue', Arn: queue.arn }],
    }),
  };
  const Body = Buffer.from('data').toString('base64');
  await stage.call('s3', 'PutObject', { Bucket, Key: 'delivery/test.txt', Body });
  await stage.pass();
  const messages = await stage.messages(queue);
  return { ...answers, 'get-events': { Messages: messages.map(withoutSequencer) } };
}

/** The recorder was told to write this in the place of an object's sequencer. */
function withoutSequencer(message: JsonObject): JsonObject {
  return { ...message, Body: String(message.Body).replace(/"sequencer":"[^"]*"/, '"sequencer":"object-sequencer"') };
}
