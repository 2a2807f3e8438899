import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Construct } from 'constructs';
import { afterAll, describe, expect, it } from 'vitest';
import { defineProcessor, schemaContract, type Validator } from '../../core/index.ts';
import { readConfig } from '../../lib/config.ts';
import { takeInventory } from '../../lib/constructs/pipeline-inventory.ts';
import { MillraceStack, type MillraceStackProps } from '../../lib/stacks/millrace-stack.ts';
import { at } from './synthesis.ts';

const isAnything: Validator<number> = (data): data is number => data !== undefined;
const definition = {
  description: 'Adds up',
  guarantee: 'fold',
  accepts: [schemaContract('sums.number.added.v1', isAnything)],
  initialState: () => 0,
  evolve: (state: number) => ({ state, emitted: [] }),
} as const;
const plain = defineProcessor({ ...definition, name: 'plain-sum' });
const emitting = defineProcessor({
  ...definition,
  name: 'told-sum',
  emits: true,
  keyAttribute: 'sumId',
  settings: ['weightGrams'],
});

/** One line for each processor. */
class SumsStack extends MillraceStack {
  constructor(scope: Construct, props: MillraceStackProps) {
    super(scope, 'sums: two processors', props);
    this.processor('PlainSum', plain);
    this.processor('ToldSum', emitting, { settings: { weightGrams: 12 } });
  }
}

const code = mkdtempSync(join(tmpdir(), 'processor-'));
writeFileSync(join(code, 'index.mjs'), 'export const handler = () => {};\n');
afterAll(() => rmSync(code, { recursive: true }));

const stack = new SumsStack(new App(), {
  config: readConfig(() => undefined),
  bundles: { built: false, folderOf: () => code },
});
const template = Template.fromStack(stack);
const ofType = (type: string) => Object.entries(template.findResources(type));
const named = (type: string, property: string, name: string) =>
  ofType(type).find(([, { Properties }]) => at(Properties, property) === `millrace-dev-${name}`)?.[1].Properties;

describe('Processor', () => {
  it('makes of a definition without settings a function, its tables and its failure queue, named after it', () => {
    expect(named('AWS::Lambda::Function', 'FunctionName', 'plain-sum')).toMatchObject({
      Description: 'Adds up',
      Environment: { Variables: { STATE_TABLE: { Ref: expect.stringMatching(/^PlainSumState/) } } },
    });
    expect(named('AWS::DynamoDB::Table', 'TableName', 'plain-sum-state')).toMatchObject({
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    expect(named('AWS::DynamoDB::Table', 'TableName', 'plain-sum-state')).not.toHaveProperty('StreamSpecification');
    expect(named('AWS::DynamoDB::Table', 'TableName', 'plain-sum-parked')).toMatchObject({
      KeySchema: [
        { AttributeName: 'lane', KeyType: 'HASH' },
        { AttributeName: 'sequence', KeyType: 'RANGE' },
      ],
    });
    expect(named('AWS::SQS::Queue', 'QueueName', 'plain-sum-failures')).toBeDefined();
  });

  it('hands settings over as variables, and gives facts a streamed table and a publisher', () => {
    const told = named('AWS::Lambda::Function', 'FunctionName', 'told-sum');
    expect(at(told, 'Environment', 'Variables', 'WEIGHT_GRAMS')).toBe('12');
    expect(named('AWS::DynamoDB::Table', 'TableName', 'told-sum-state')).toMatchObject({
      KeySchema: [{ AttributeName: 'sumId', KeyType: 'HASH' }],
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
    expect(named('AWS::Lambda::Function', 'FunctionName', 'outbox-publisher-told-sum')).toBeDefined();
    expect(named('AWS::Lambda::Function', 'FunctionName', 'outbox-publisher-plain-sum')).toBeUndefined();
  });

  it('feeds it from the stream so that no bad record and no hanging handler holds a shard up for good', () => {
    const [, mapping] = ofType('AWS::Lambda::EventSourceMapping').find(([id]) => id.startsWith('PlainSum')) ?? [];
    expect(mapping?.Properties).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 12 * 60 * 60,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/^PlainSumEventsFailures/), 'Arn'] } },
      },
    });
  });

  it('may read and write its items, add to its lanes, drain them, read the schemas, add to the quarantine, and touch no other data', () => {
    const [, policy] = ofType('AWS::IAM::Policy').find(([id]) => id.startsWith('PlainSumRole')) ?? [];
    const statements = [at(policy?.Properties, 'PolicyDocument', 'Statement')].flat();
    const granted = statements
      .flatMap(each =>
        [at(each, 'Action')].flat().map(action => [String(action), JSON.stringify(at(each, 'Resource'))]),
      )
      .filter(([action = '']) => /^(dynamodb|s3):/.test(action));
    expect(
      granted.map(([action, resource = '']) => [
        action,
        /PlainSum(State|Parked)|quarantine|schemas/.exec(resource)?.[0],
      ]),
    ).toEqual([
      ['dynamodb:BatchGetItem', 'PlainSumState'],
      ['dynamodb:PutItem', 'PlainSumState'],
      ['dynamodb:PutItem', 'PlainSumParked'],
      ['dynamodb:Query', 'PlainSumParked'],
      ['dynamodb:Scan', 'PlainSumParked'],
      ['dynamodb:DeleteItem', 'PlainSumParked'],
      ['dynamodb:BatchGetItem', 'PlainSumParked'],
      ['dynamodb:GetItem', 'schemas'],
      ['dynamodb:Query', 'schemas'],
      ['s3:PutObject', 'quarantine'],
    ]);
  });

  it('is found by those who watch', () => {
    expect(takeInventory([stack])).toMatchObject({
      processors: ['plain-sum', 'told-sum'],
      streamConsumers: ['millrace-dev-plain-sum', 'millrace-dev-outbox-publisher-told-sum', 'millrace-dev-told-sum'],
    });
  });
});
