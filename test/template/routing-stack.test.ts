import { describe, expect, it } from 'vitest';
import { behaviourEventTypes } from '../../domains/behaviour/events/event-types.ts';
import { travelEventTypes } from '../../domains/travel/events/event-types.ts';
import { at, propertiesOf, resourcesOfType, synthesize } from './synthesis.ts';

const { routing } = synthesize({ largePurchaseMilli: '250000' });

const rule = (name: string) => propertiesOf(routing, 'AWS::Events::Rule', ['Name', `millrace-dev-${name}`]);

describe('RoutingStack', () => {
  it('has one bus and an archive of every domain on it', () => {
    expect(resourcesOfType(routing, 'AWS::Events::EventBus')).toHaveLength(1);
    expect(propertiesOf(routing, 'AWS::Events::Archive', ['ArchiveName', 'millrace-dev-facts'])).toMatchObject({
      EventPattern: { 'detail-type': [{ prefix: 'behaviour.' }, { prefix: 'travel.' }] },
      RetentionDays: 30,
    });
  });

  it.each([
    ['purchases', 'sales-projection', { 'detail-type': ['behaviour.purchase.made.v1'] }],
    [
      'large-purchases',
      'large-purchases',
      {
        'detail-type': ['behaviour.purchase.made.v1'],
        detail: { data: { amountMilli: [{ numeric: ['>=', 250_000] }] } },
      },
    ],
    [
      'abandoned-carts',
      'abandoned-carts',
      {
        'detail-type': ['behaviour.cart.abandoned.v1'],
        detail: { data: { amountMilli: [{ numeric: ['>=', 20_000] }] } },
      },
    ],
    ['trip-booking-requested', 'trip-bookings', { 'detail-type': ['travel.trip.booking-requested.v1'] }],
    ['trip-facts', 'trip-projection', { 'detail-type': [{ prefix: 'travel.trip.' }] }],
  ])('rule %s fills queue %s', (name, queue, pattern) => {
    const properties = rule(name);
    expect(at(properties, 'EventPattern')).toEqual(pattern);
    expect(at(properties, 'EventBusName')).toEqual({ Ref: expect.stringMatching(/^Bus/) });
    expect(at(properties, 'Targets', 'length')).toBe(1);
    const target = at(properties, 'Targets', 0);
    expect(target).toMatchObject({ RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } });
    expect(queueName(at(target, 'Arn'))).toBe(`millrace-dev-${queue}`);
    expect(queueName(at(target, 'DeadLetterConfig', 'Arn'))).toBe(`millrace-dev-${queue}-undelivered`);
  });

  it('has these rules and no others', () => {
    expect(resourcesOfType(routing, 'AWS::Events::Rule')).toHaveLength(5);
  });

  it('only waits for event types that a domain has', () => {
    const known: readonly string[] = [...Object.values(behaviourEventTypes), ...Object.values(travelEventTypes)];
    for (const [, resource] of resourcesOfType(routing, 'AWS::Events::Rule')) {
      for (const wanted of [at(resource, 'Properties', 'EventPattern', 'detail-type')].flat()) {
        const prefix = at(wanted, 'prefix');
        const fits =
          typeof prefix === 'string' ? (type: string) => type.startsWith(prefix) : (type: string) => type === wanted;
        expect(known.some(fits)).toBe(true);
      }
    }
  });

  it('sends people a few flat words in place of the event', () => {
    const transformer = at(rule('large-purchases'), 'Targets', 0, 'InputTransformer');
    expect(at(transformer, 'InputTemplate')).toBe(
      '{"kind":"large-purchase","eventId":<detail-id>,"at":<detail-time>,"visitorId":<detail-data-visitorId>,"product":<detail-data-product>,"quantity":<detail-data-quantity>,"amountMilli":<detail-data-amountMilli>,"currency":<detail-data-currency>}',
    );
    expect(at(transformer, 'InputPathsMap', 'detail-data-amountMilli')).toBe('$.detail.data.amountMilli');
    expect(at(rule('purchases'), 'Targets', 0, 'InputTransformer')).toBeUndefined();
  });

  it('lets a queue be filled by its own rule only', () => {
    for (const [id, resource] of resourcesOfType(routing, 'AWS::Events::Rule')) {
      const queueId = at(resource, 'Properties', 'Targets', 0, 'Arn', 'Fn::GetAtt', 0);
      const policies = resourcesOfType(routing, 'AWS::SQS::QueuePolicy').filter(
        ([, { Properties }]) => at(Properties, 'Queues', 0, 'Ref') === queueId,
      );
      const allowed = [at(policies, 0, 1, 'Properties', 'PolicyDocument', 'Statement')]
        .flat()
        .filter(each => at(each, 'Effect') === 'Allow');
      expect(allowed).toHaveLength(1);
      expect(at(allowed, 0, 'Principal')).toEqual({ Service: 'events.amazonaws.com' });
      expect(at(allowed, 0, 'Condition')).toEqual({ ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [id, 'Arn'] } } });
    }
  });

  it('keeps a claim check for as long as the archive or a dead letter can still refer to it', () => {
    const { routing: other } = synthesize({ archiveRetentionDays: '365' });
    const rules = resourcesOfType(other, 'AWS::S3::Bucket').map(([, { Properties }]) =>
      at(Properties, 'LifecycleConfiguration', 'Rules', 0, 'ExpirationInDays'),
    );
    expect(rules).toContain(365 + 14);
  });

  it('tries a message five times before it is a dead letter, six timeouts and a batching window apart', () => {
    expect(propertiesOf(routing, 'AWS::SQS::Queue', ['QueueName', 'millrace-dev-trip-bookings'])).toMatchObject({
      VisibilityTimeout: 181,
      SqsManagedSseEnabled: true,
      RedrivePolicy: { maxReceiveCount: 5 },
    });
  });
});

function queueName(arn: unknown): unknown {
  return at(routing, 'Resources', String(at(arn, 'Fn::GetAtt', 0)), 'Properties', 'QueueName');
}
