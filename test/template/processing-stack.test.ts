import { describe, expect, it } from 'vitest';
import { at, propertiesOf, resourcesOfType, synthesize } from './synthesis.ts';

const { processing, sagas } = synthesize();

function mappingOf(functionId: string, template = processing): unknown {
  const mappings = resourcesOfType(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties);
  return mappings.find(properties => String(at(properties, 'FunctionName', 'Ref')).startsWith(functionId));
}

describe('ProcessingStack', () => {
  it('reads the stream in bounded tries, cutting batches and reporting single failures', () => {
    expect(mappingOf('SessionProfileFunction')).toMatchObject({
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 2,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 10_000,
      MaximumRecordAgeInSeconds: 12 * 60 * 60,
      StartingPosition: 'TRIM_HORIZON',
    });
  });

  it('publishes side by side only where the facts of a key are in one item', () => {
    const publisherOf = (template = processing) => at(mappingOf('PublisherHandler', template), 'ParallelizationFactor');
    expect(publisherOf()).toBe(2); // an item for each visitor
    expect(publisherOf(sagas)).toBe(1); // an item for each event of a trip: Lambda keeps the order of items only
  });

  it('finds the stream by its name', () => {
    const arn = JSON.stringify(at(mappingOf('SessionProfileFunction'), 'EventSourceArn'));
    expect(arn).toMatch(/:stream\/millrace-dev-events/);
  });

  it('sizes batches as the config says', () => {
    const { processing: other } = synthesize({ batchSize: '1000', batchWindowSeconds: '1', parallelization: '10' });
    expect(mappingOf('SessionProfileFunction', other)).toMatchObject({
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 1,
      ParallelizationFactor: 10,
    });
  });

  it('pays for the states of visitors by use, or by the hour when the config says so, and for all else by use', () => {
    const modes = (settings: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(
        resourcesOfType(synthesize(settings).processing ?? processing, 'AWS::DynamoDB::Table').map(
          ([, { Properties }]) => [at(Properties, 'TableName'), at(Properties, 'BillingMode') ?? 'PROVISIONED'],
        ),
      );
    expect(new Set(Object.values(modes({})))).toEqual(new Set(['PAY_PER_REQUEST']));
    const provisioned = modes({ tableMode: 'provisioned', tableWriteUnits: '2000', tableReadUnits: '1000' });
    expect(provisioned['millrace-dev-session-profiles']).toBe('PROVISIONED');
    expect(Object.values(provisioned).filter(mode => mode === 'PROVISIONED')).toHaveLength(1);
    const { processing: other } = synthesize({ tableMode: 'provisioned', tableWriteUnits: '2000' });
    const [profiles] = resourcesOfType(other, 'AWS::DynamoDB::Table').filter(
      ([, { Properties }]) => at(Properties, 'TableName') === 'millrace-dev-session-profiles',
    );
    expect(at(profiles, 1, 'Properties', 'ProvisionedThroughput')).toEqual({
      WriteCapacityUnits: 2000,
      ReadCapacityUnits: 1250,
    });
    expect(at(profiles, 1, 'Properties', 'GlobalSecondaryIndexes', 0, 'ProvisionedThroughput')).toEqual({
      WriteCapacityUnits: 100,
      ReadCapacityUnits: 63,
    });
  });

  it('publishes the outbox from the table stream, under the same limits', () => {
    expect(mappingOf('PublisherHandlerFunction')).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^SessionProfiles/), 'StreamArn'] },
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 10_000,
    });
  });

  it('keeps trying to publish for as long as DynamoDB keeps the change: the next write takes the outbox with it', () => {
    expect(mappingOf('PublisherHandlerFunction')).toMatchObject({ MaximumRecordAgeInSeconds: 24 * 60 * 60 });
  });

  it('lets the publisher read its table for a catch-up, and change nothing in it', () => {
    const publisher = propertiesOf(processing, 'AWS::Lambda::Function', [
      'FunctionName',
      'millrace-dev-outbox-publisher-behaviour',
    ]);
    const table = at(publisher, 'Environment', 'Variables', 'OUTBOX_TABLE');
    expect(table).toEqual({ Ref: expect.stringMatching(/^SessionProfiles/) });
    const policy = resourcesOfType(processing, 'AWS::IAM::Policy').find(([id]) => id.startsWith('PublisherHandler'));
    const statements = [at(policy, 1, 'Properties', 'PolicyDocument', 'Statement')].flat();
    const onTable = statements.filter(each => JSON.stringify(at(each, 'Resource')).includes('SessionProfiles'));
    const actions = onTable
      .flatMap(each => at(each, 'Action'))
      .filter(action => !/Stream|Shard|Records/.test(String(action)));
    expect(actions).toEqual(['dynamodb:Scan']);
  });

  it('remembers counted purchases for longer than the archive can replay them', () => {
    const daysOf = (template = processing) =>
      resourcesOfType(template, 'AWS::Lambda::Function')
        .map(([, { Properties }]) => at(Properties, 'Environment', 'Variables', 'IDEMPOTENCY_DAYS'))
        .filter(Boolean);
    expect(daysOf()).toEqual(['31']);
    expect(daysOf(synthesize({ archiveRetentionDays: '365' }).processing)).toEqual(['366']);
    expect(daysOf(synthesize({ archiveRetentionDays: '1' }).processing)).toEqual(['15']);
  });

  it('gives no function a variable that it does not read', () => {
    const [, profile] = resourcesOfType(processing, 'AWS::Lambda::Function').find(
      ([, { Properties }]) => at(Properties, 'FunctionName') === 'millrace-dev-session-profile',
    ) ?? ['', { Type: '' }];
    expect(at(profile.Properties, 'Environment', 'Variables')).not.toHaveProperty('CART_ABANDONED_AFTER_MINUTES');
  });

  it('lets the sales projector read and write its memory, read the schemas, fetch claim checks and quarantine', () => {
    const policy = resourcesOfType(processing, 'AWS::IAM::Policy').find(([id]) => id.startsWith('SalesProjectorRole'));
    const actions = [at(policy, 1, 'Properties', 'PolicyDocument', 'Statement')]
      .flat()
      .flatMap(each => at(each, 'Action'));
    expect(actions.filter(action => /^(dynamodb|s3):/.test(String(action))).sort()).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      's3:GetObject',
      's3:PutObject',
    ]);
  });

  it('adds purchases to days in large batches, few at a time', () => {
    expect(mappingOf('SalesProjectorFunction')).toMatchObject({
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it.each([
    ['session-profiles', [['visitorId', 'HASH']]],
    [
      'parked-events',
      [
        ['lane', 'HASH'],
        ['sequence', 'RANGE'],
      ],
    ],
    ['idempotency', [['id', 'HASH']]],
    ['daily-sales', [['day', 'HASH']]],
  ])('table %s is on demand, encrypted, restorable, and forgets by expiresAt', (name, key) => {
    const table = propertiesOf(processing, 'AWS::DynamoDB::Table', ['TableName', `millrace-dev-${name}`]);
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      KeySchema: key.map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
    });
    expect(table).not.toHaveProperty('ProvisionedThroughput');
  });

  it('streams new images of the session profiles, and of nothing else', () => {
    const streamed = resourcesOfType(processing, 'AWS::DynamoDB::Table')
      .map(([, { Properties }]) => Properties)
      .filter(properties => at(properties, 'StreamSpecification') !== undefined);
    expect(streamed).toHaveLength(1);
    expect(streamed[0]).toMatchObject({
      TableName: 'millrace-dev-session-profiles',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'open-carts',
          KeySchema: [
            { AttributeName: 'openCartBucket', KeyType: 'HASH' },
            { AttributeName: 'cartIdleAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });

  it('sweeps carts every minute', () => {
    expect(propertiesOf(processing, 'AWS::Scheduler::Schedule', ['Name', 'millrace-dev-cart-sweeper'])).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 10 } },
    });
  });

  it('adds its queries to the API that it finds by parameter', () => {
    const routes = resourcesOfType(processing, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    expect(routes.map(route => at(route, 'RouteKey')).sort()).toEqual(['GET /sales', 'GET /visitors/{id}']);
    for (const route of routes) {
      expect(processing?.Parameters?.[String(at(route, 'ApiId', 'Ref'))]).toEqual({
        Type: 'AWS::SSM::Parameter::Value<String>',
        Default: '/millrace/dev/api-id',
      });
    }
  });
});
