import { describe, expect, it } from 'vitest';
import { at, synthesize } from './synthesis.ts';

/** Longest stage, and the longest values that AWS puts into the pseudo parameters. */
const STAGE = 'abcdefghijkl';
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': '000000000000',
  'AWS::Region': 'ap-southeast-1',
};

/** What AWS allows, by resource type: the property that names it, the longest name, its characters (API references). */
const RULES: Readonly<Record<string, readonly [property: string, longest: number, characters: RegExp]>> = {
  'AWS::CloudWatch::Alarm': ['AlarmName', 255, /^[\x20-\x7e]+$/],
  'AWS::CloudWatch::Dashboard': ['DashboardName', 255, /^[A-Za-z0-9_-]+$/],
  'AWS::DynamoDB::Table': ['TableName', 255, /^[A-Za-z0-9_.-]{3,}$/],
  'AWS::Events::Archive': ['ArchiveName', 48, /^[.\-_A-Za-z0-9]+$/],
  'AWS::Events::EventBus': ['Name', 256, /^[/.\-_A-Za-z0-9]+$/],
  'AWS::Events::Rule': ['Name', 64, /^[.\-_A-Za-z0-9]+$/],
  'AWS::Kinesis::Stream': ['Name', 128, /^[a-zA-Z0-9_.-]+$/],
  'AWS::Lambda::Function': ['FunctionName', 64, /^[a-zA-Z0-9-_]+$/],
  'AWS::Logs::LogGroup': ['LogGroupName', 512, /^[.\-_/#A-Za-z0-9]+$/],
  'AWS::S3::Bucket': ['BucketName', 63, /^[a-z0-9][a-z0-9-]*[a-z0-9]$/],
  'AWS::SNS::Topic': ['TopicName', 256, /^[A-Za-z0-9_-]+$/],
  'AWS::SQS::Queue': ['QueueName', 80, /^[A-Za-z0-9_-]+(\.fifo)?$/],
  'AWS::SSM::Parameter': ['Name', 1011, /^\/[a-zA-Z0-9_.\-/]+$/],
  'AWS::Scheduler::Schedule': ['Name', 64, /^[0-9a-zA-Z\-_.]+$/],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 80, /^[A-Za-z0-9_-]+$/],
};

const templates = synthesize({ stage: STAGE, alarmEmail: 'a@b.example' });
const named = Object.values(templates).flatMap(({ Resources }) =>
  Object.entries(Resources).flatMap(([id, resource]) => {
    const rule = RULES[resource.Type];
    const name = rule && at(resource.Properties, rule[0]);
    return rule && name !== undefined ? [{ id, type: resource.Type, name: text(name), rule }] : [];
  }),
);

/** A name with its pseudo parameters filled in. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const pseudo = PSEUDO[String(at(value, 'Ref'))];
  if (pseudo !== undefined) return pseudo;
  const parts = at(value, 'Fn::Join', 1);
  if (Array.isArray(parts)) return parts.map(text).join(String(at(value, 'Fn::Join', 0)));
  throw new Error(`Cannot read name: only text, Ref and Fn::Join are known, received ${JSON.stringify(value)}`);
}

describe('resource names', () => {
  it('are allowed by AWS, for the longest stage in the region with the longest name', () => {
    const tooLong = named.filter(({ name, rule: [, longest] }) => name.length > longest);
    expect(tooLong.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
    const unspeakable = named.filter(({ name, rule: [, , characters] }) => !characters.test(name));
    expect(unspeakable.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
  });

  it('carry the stage', () => {
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter(({ name }) => !name.includes(STAGE)).map(({ name }) => name)).toEqual([]);
  });

  it('are each given once', () => {
    const seen = named.map(({ type, name }) => `${type} ${name}`);
    expect(seen.filter((name, index) => seen.indexOf(name) !== index)).toEqual([]);
  });
});

describe('queues', () => {
  it('hide a message for six timeouts of a function and the longest window in which batches are gathered', () => {
    const { routing } = synthesize({ queueBatchWindowSeconds: '300' });
    const timeouts = Object.values(routing?.Resources ?? {})
      .filter(({ Type, Properties }) => Type === 'AWS::SQS::Queue' && at(Properties, 'RedrivePolicy') !== undefined)
      .map(({ Properties }) => at(Properties, 'VisibilityTimeout'));
    expect(new Set(timeouts)).toEqual(new Set([6 * 30 + 300]));
  });
});
