import { describe, expect, it } from 'vitest';
import { at, propertiesOf, resourcesOfType, synthesize } from './synthesis.ts';

const { ledger, operations } = synthesize();

/** Every action that the reconciler's role has, its own logs and traces left out. */
function actions(): string[] {
  const statements = resourcesOfType(ledger, 'AWS::IAM::Policy').flatMap(([id, policy]) =>
    id.startsWith('ReconcilerRole') ? [at(policy, 'Properties', 'PolicyDocument', 'Statement')].flat() : [],
  );
  return [...new Set(statements.flatMap(statement => [at(statement, 'Action')].flat().map(String)))].sort();
}

describe('LedgerStack', () => {
  it('has a reconciler that reads, and writes nothing but its own logs and the message that a run failed', () => {
    expect(actions()).toEqual([
      'dynamodb:DescribeStream',
      'dynamodb:DescribeTable',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
      'lambda:InvokeFunction',
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:FilterLogEvents',
      'logs:PutLogEvents',
      's3:ListBucket',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
  });

  it('knows every hop: who accepts, who processes, who consumes', () => {
    const variables = propertiesOf(ledger, 'AWS::Lambda::Function', ['FunctionName', 'millrace-dev-reconciler']);
    const topology = JSON.parse(String(at(variables, 'Environment', 'Variables', 'TOPOLOGY')));
    const { processors, consumers, outboxes } = topology;
    expect(processors).toMatchObject([{ hop: 'session-profile', functionName: 'millrace-dev-session-profile' }]);
    expect(processors[0].types).toContain('behaviour.page.viewed.v1');
    expect(consumers.toSorted((a: { hop: string }, b: { hop: string }) => a.hop.localeCompare(b.hop))).toEqual([
      {
        hop: 'saga-starter',
        types: ['travel.trip.booking-requested.v1'],
        queue: 'millrace-dev-trip-bookings',
      },
      {
        hop: 'sales-projector',
        types: ['behaviour.purchase.made.v1'],
        queue: 'millrace-dev-sales-projection',
      },
      { hop: 'trip-projector', types: ['travel.trip.*'], queue: 'millrace-dev-trip-projection' },
    ]);
    expect(outboxes).toEqual(['millrace-dev-session-profiles', 'millrace-dev-trip-events']);
    expect(
      String(at(variables, 'Environment', 'Variables', 'LOG_GROUPS'))
        .split(',')
        .toSorted(),
    ).toEqual(
      [
        'collector',
        'outbox-publisher-behaviour',
        'outbox-publisher-travel',
        'overflow-drainer',
        'saga-starter',
        'sales-projector',
        'session-profile',
        'trip-projector',
      ].map(name => `/aws/lambda/millrace-dev-${name}`),
    );
  });

  it('rings when an accepted event is not accounted for', () => {
    expect(
      propertiesOf(operations, 'AWS::CloudWatch::Alarm', ['AlarmName', 'millrace-dev-reconciler-unexplained']),
    ).toMatchObject({ MetricName: 'Unexplained', Namespace: 'Millrace', Threshold: 0 });
  });
});
