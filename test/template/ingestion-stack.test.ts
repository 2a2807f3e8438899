import { describe, expect, it } from 'vitest';
import { at, propertiesOf, resourcesOfType, synthesize } from './synthesis.ts';

const { ingestion } = synthesize();

describe('IngestionStack', () => {
  it('takes events into an encrypted stream that scales by itself', () => {
    expect(propertiesOf(ingestion, 'AWS::Kinesis::Stream', ['Name', 'millrace-dev-events'])).toMatchObject({
      RetentionPeriodHours: 24,
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
    });
  });

  it('has as many shards as the config says when they are provisioned, and says none otherwise', () => {
    const stream = (settings: Record<string, unknown>) =>
      at(resourcesOfType(synthesize(settings).ingestion, 'AWS::Kinesis::Stream'), 0, 1, 'Properties');
    expect(stream({ shardMode: 'provisioned', shardCount: '6' })).toMatchObject({
      ShardCount: 6,
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
    });
    expect(stream({ shardCount: '6' })).not.toHaveProperty('ShardCount');
  });

  it('answers on one throttled stage whose every request is logged, without body or query', () => {
    const stage = propertiesOf(ingestion, 'AWS::ApiGatewayV2::Stage', ['StageName', '$default']);
    expect(stage).toMatchObject({
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 },
    });
    expect(at(stage, 'DefaultRouteSettings')).not.toHaveProperty('DetailedMetricsEnabled');
    const format = String(at(stage, 'AccessLogSettings', 'Format'));
    expect(Object.keys(JSON.parse(format))).toEqual(expect.arrayContaining(['requestId', 'routeKey', 'status']));
    expect(format).not.toMatch(/body|query/i);
  });

  it('has the routes that are its own: events, and the calls of trackers', () => {
    const routes = resourcesOfType(ingestion, 'AWS::ApiGatewayV2::Route').map(([, route]) =>
      at(route, 'Properties', 'RouteKey'),
    );
    expect(routes).toEqual(['POST /events', 'POST /v1/{call}', 'OPTIONS /v1/{call}']);
    expect(resourcesOfType(ingestion, 'AWS::ApiGatewayV2::Integration')[0]?.[1].Properties).toMatchObject({
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
    });
  });

  it('lets trackers in without a signature once they need a key, and nobody else', () => {
    const authorizations = (settings: Record<string, unknown>) =>
      resourcesOfType(synthesize({ stage: 'prod', ...settings }).ingestion, 'AWS::ApiGatewayV2::Route').map(
        ([, { Properties }]) => [at(Properties, 'RouteKey'), at(Properties, 'AuthorizationType')],
      );
    const routes = ['POST /events', 'POST /v1/{call}', 'OPTIONS /v1/{call}'];
    expect(authorizations({})).toEqual(routes.map(route => [route, 'AWS_IAM']));
    expect(authorizations({ segmentWriteKeys: 'web-1,ios-1' })).toEqual([
      [routes[0], 'AWS_IAM'],
      [routes[1], 'NONE'],
      [routes[2], 'NONE'],
    ]);
  });

  it('hands the keys of trackers to the collector', () => {
    const keyed = synthesize({ segmentWriteKeys: 'web-1,ios-1' }).ingestion;
    const collector = propertiesOf(keyed, 'AWS::Lambda::Function', ['FunctionName', 'millrace-dev-collector']);
    expect(at(collector, 'Environment', 'Variables', 'SEGMENT_WRITE_KEYS')).toBe('web-1,ios-1');
    expect(() => synthesize({ segmentWriteKeys: 'web 1' })).toThrow(/segmentWriteKeys must be at most 20 keys/);
  });

  it('tells other stacks the id of the API by a parameter', () => {
    expect(propertiesOf(ingestion, 'AWS::SSM::Parameter', ['Name', '/millrace/dev/api-id'])).toMatchObject({
      Type: 'String',
      Value: { Ref: expect.stringMatching(/^HttpApi/) },
    });
  });

  it('drains the overflow queue by a function that reports single failures', () => {
    const [mapping, ...more] = resourcesOfType(ingestion, 'AWS::Lambda::EventSourceMapping');
    expect(more).toEqual([]);
    expect(mapping?.[1].Properties).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(at(mapping, 1, 'Properties', 'ScalingConfig')).toBeUndefined();
  });

  it('gives the collector what it writes to, and no more', () => {
    const collector = propertiesOf(ingestion, 'AWS::Lambda::Function', ['FunctionName', 'millrace-dev-collector']);
    expect(Object.keys(Object(at(collector, 'Environment', 'Variables'))).sort()).toEqual([
      'NODE_OPTIONS',
      'OVERFLOW_QUEUE_URL',
      'QUARANTINE_BUCKET',
      'SCHEMAS_TABLE',
      'STAGE',
      'STREAM_NAME',
    ]);
    const policy = resourcesOfType(ingestion, 'AWS::IAM::Policy').find(([id]) => id.startsWith('CollectorRole'));
    const actions = [at(policy, 1, 'Properties', 'PolicyDocument', 'Statement')]
      .flat()
      .flatMap(each => at(each, 'Action'));
    expect(actions.sort()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:Query',
      'kinesis:PutRecords',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:PutObject',
      'sqs:SendMessage',
    ]);
  });

  it('keeps quarantined events in a private, encrypted bucket for ninety days, every access logged', () => {
    const buckets = resourcesOfType(ingestion, 'AWS::S3::Bucket');
    for (const [, { Properties }] of buckets) {
      expect(Properties).toMatchObject({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
    }
    const [logs, quarantine] = buckets.map(([, { Properties }]) => Properties);
    expect(quarantine).toMatchObject({
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
      LoggingConfiguration: { DestinationBucketName: { Ref: buckets[0]?.[0] } },
    });
    expect(logs).not.toHaveProperty('LoggingConfiguration');
  });

  it('lets nobody reach queues or buckets without TLS', () => {
    const guarded = [
      ...resourcesOfType(ingestion, 'AWS::SQS::QueuePolicy'),
      ...resourcesOfType(ingestion, 'AWS::S3::BucketPolicy'),
    ];
    expect(guarded).toHaveLength(
      resourcesOfType(ingestion, 'AWS::SQS::Queue').length + resourcesOfType(ingestion, 'AWS::S3::Bucket').length,
    );
    for (const [, policy] of guarded) {
      expect(at(policy, 'Properties', 'PolicyDocument', 'Statement')).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });

  it('lets accepted events wait for the stream for hours before they are dead letters', () => {
    expect(propertiesOf(ingestion, 'AWS::SQS::Queue', ['QueueName', 'millrace-dev-overflow.fifo'])).toMatchObject({
      RedrivePolicy: { maxReceiveCount: 200 },
    });
  });

  it('keeps the order of a subject in the overflow queue, without one subject waiting for another', () => {
    const fifo = { FifoQueue: true, DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' };
    expect(propertiesOf(ingestion, 'AWS::SQS::Queue', ['QueueName', 'millrace-dev-overflow.fifo'])).toMatchObject(fifo);
    const deadLetters = propertiesOf(ingestion, 'AWS::SQS::Queue', ['QueueName', 'millrace-dev-overflow-dlq.fifo']);
    expect(deadLetters).toMatchObject({ FifoQueue: true });
    const { ingestion: large } = synthesize({ queueBatchSize: '1000', queueBatchWindowSeconds: '5' });
    const mapping = at(resourcesOfType(large, 'AWS::Lambda::EventSourceMapping'), 0, 1, 'Properties');
    expect(mapping).toMatchObject({ BatchSize: 10 });
    expect(mapping).not.toHaveProperty('MaximumBatchingWindowInSeconds');
  });
});
