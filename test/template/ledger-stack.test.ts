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
      'dynamodb:BatchGetItem',
      'dynamodb:DescribeStream',
      'dynamodb:DescribeTable',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:FilterLogEvents',
      'logs:PutLogEvents',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
  });

  it('knows every hop: who accepts, who processes, who consumes', () => {
    const variables = propertiesOf(ledger, 'AWS::Lambda::Function', ['FunctionName', 'millrace-dev-reconciler']);
    const topology = JSON.parse(String(at(variables, 'Environment', 'Variables', 'TOPOLOGY')));
    expect(topology.processors.map(({ hop, table }: Record<string, unknown>) => [hop, table])).toEqual([
      ['session-profile', 'millrace-dev-session-profiles'],
    ]);
    expect(topology.consumers.map(({ hop }: Record<string, unknown>) => hop)).toEqual([
      'sales-projector',
      'trip-projector',
      'saga-starter',
    ]);
  });

  it('rings when an accepted event is not accounted for', () => {
    expect(
      propertiesOf(operations, 'AWS::CloudWatch::Alarm', ['AlarmName', 'millrace-dev-reconciler-unexplained']),
    ).toMatchObject({ MetricName: 'Unexplained', Namespace: 'Millrace', Threshold: 0 });
  });
});
