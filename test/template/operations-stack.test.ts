import { describe, expect, it } from 'vitest';
import { at, resourcesOfType, synthesize, type Template } from './synthesis.ts';

const templates = synthesize();
const { operations } = templates;

function alarms(template: Template | undefined = operations) {
  return resourcesOfType(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
}

function alarmedDimensions(metric: string): unknown[] {
  return alarms()
    .filter(alarm => at(alarm, 'MetricName') === metric)
    .map(alarm => at(alarm, 'Dimensions', 0, 'Value'))
    .sort();
}

const functionNames = Object.values(templates)
  .flatMap(template => resourcesOfType(template, 'AWS::Lambda::Function'))
  .map(([, { Properties }]) => at(Properties, 'FunctionName'))
  .sort();

describe('OperationsStack', () => {
  it('rings for throttles of every function', () => {
    expect(alarmedDimensions('Throttles')).toEqual(functionNames);
  });

  it('rings for errors of every function, but not for the refusals of a saga’s step', () => {
    const steps = ['millrace-dev-inventory', 'millrace-dev-payment'];
    expect(alarmedDimensions('Errors')).toEqual(functionNames.filter(name => !steps.includes(String(name))));
    for (const step of steps) {
      const alarm = alarms().find(found => at(found, 'AlarmName') === `${step}-errors`);
      expect(alarm).toMatchObject({ EvaluationPeriods: 2, Threshold: 0 });
      const metrics = JSON.stringify(at(alarm, 'Metrics'));
      expect(metrics).toContain('errors - FILL(refused, 0)');
      expect(metrics).toContain(`"Value":"${step}"`);
      expect(metrics).toContain('"MetricName":"Refused"');
    }
  });

  it('rings when a stream consumer is five minutes behind for three minutes', () => {
    expect(alarmedDimensions('IteratorAge')).toEqual([
      'millrace-dev-outbox-publisher-behaviour',
      'millrace-dev-outbox-publisher-travel',
      'millrace-dev-session-profile',
    ]);
    expect(alarms().find(alarm => at(alarm, 'MetricName') === 'IteratorAge')).toMatchObject({
      Namespace: 'AWS/Lambda',
      Statistic: 'Maximum',
      Threshold: 300_000,
      EvaluationPeriods: 3,
    });
  });

  it.each(['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'])(
    'rings for a saga that ends in %s',
    metric => {
      const found = alarms().filter(alarm => at(alarm, 'MetricName') === metric);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ Namespace: 'AWS/States', Threshold: 0, Statistic: 'Sum' });
    },
  );

  it('rings for server errors of the API', () => {
    expect(alarms().filter(alarm => at(alarm, 'MetricName') === '5xx')).toHaveLength(1);
  });

  it('sends every alarm, and its end, to the topic', () => {
    const topic = { Ref: resourcesOfType(operations, 'AWS::SNS::Topic')[0]?.[0] };
    for (const alarm of alarms()) {
      expect(alarm).toMatchObject({ AlarmActions: [topic], OKActions: [topic], TreatMissingData: 'notBreaching' });
      expect(at(alarm, 'AlarmDescription')).toEqual(expect.any(String));
    }
  });

  it('lets CloudWatch publish to the topic, and nobody without TLS', () => {
    const statements = at(
      resourcesOfType(operations, 'AWS::SNS::TopicPolicy'),
      0,
      1,
      'Properties',
      'PolicyDocument',
      'Statement',
    );
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    expect(at(resourcesOfType(operations, 'AWS::SNS::Topic'), 0, 1, 'Properties', 'KmsMasterKeyId')).toBeUndefined();
  });

  it('mails alarms to the address of the config, and to nobody without one', () => {
    expect(resourcesOfType(operations, 'AWS::SNS::Subscription')).toEqual([]);
    const mailed = synthesize({ alarmEmail: 'on-call@example.com' }).operations;
    expect(resourcesOfType(mailed, 'AWS::SNS::Subscription')[0]?.[1].Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'on-call@example.com',
    });
  });

  it('has one dashboard that shows flow, latency, lag, sagas, dead letters, errors and the API', () => {
    const dashboards = resourcesOfType(operations, 'AWS::CloudWatch::Dashboard');
    expect(dashboards).toHaveLength(1);
    const body = JSON.stringify(at(dashboards, 0, 1, 'Properties', 'DashboardBody'));
    for (const shown of ['Applied', 'p99', 'IteratorAge', 'SagaCompensated', 'trip-bookings-dlq', 'Throttles', '5xx']) {
      expect(body).toContain(shown);
    }
  });

  it('refers to other stacks by plain names only', () => {
    const parameters = Object.keys(operations?.Parameters ?? {});
    expect(parameters).toHaveLength(2);
    expect(parameters).toEqual(expect.arrayContaining([expect.stringContaining('apiid'), 'BootstrapVersion']));
  });

  it.each([
    ['session-profile', 'Parked'],
    ['session-profile', 'Quarantined'],
    ['outbox-publisher', 'Unpublishable'],
  ])('rings when %s sets something aside: %s', (hop, metric) => {
    expect(alarms().find(alarm => at(alarm, 'MetricName') === metric)).toMatchObject({
      Namespace: 'Millrace',
      Dimensions: [
        { Name: 'Hop', Value: hop },
        { Name: 'Stage', Value: 'dev' },
      ],
      Statistic: 'Sum',
      Threshold: 0,
    });
  });
});
