import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { appWithStacks, at } from './synthesis.ts';

function checkedApp(settings: Readonly<Record<string, unknown>> = {}) {
  const { app } = appWithStacks(settings, { validated: true });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

function findings(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'validation-report.json'), 'utf8')).pluginReports;
}

describe('validation of the whole app', () => {
  it.each([
    ['as it is', {}],
    ['in production', { stage: 'prod', alarmEmail: 'on-call@example.com', segmentWriteKeys: 'web-1' }],
    ['with shards, account and region', { shardMode: 'provisioned', account: '123456789012', region: 'eu-central-1' }],
  ])('finds neither error nor warning: %s', (_, settings) => {
    const assembly = checkedApp(settings).synth();
    expect(findings(assembly.directory)).toEqual([]);
    const messages = assembly.stacks.flatMap(stack => stack.messages.filter(({ level }) => level !== 'info'));
    expect(messages).toEqual([]);
  });

  it('fails for a queue without a dead-letter queue', () => {
    const app = checkedApp();
    new Queue(new Stack(app, 'careless'), 'Queue', { enforceSSL: true });
    expect(() => app.synth()).toThrow();
    expect(JSON.stringify(findings(app.outdir))).toContain('AwsSolutions-SQS3');
  });

  it('fails for a property that CloudFormation does not know', () => {
    const app = checkedApp();
    new CfnResource(new Stack(app, 'careless'), 'Stream', {
      type: 'AWS::Kinesis::Stream',
      properties: { Shards: 3 },
    });
    expect(() => app.synth()).toThrow();
    expect(JSON.stringify(findings(app.outdir))).toContain("'Shards' was unexpected");
  });

  it('knows a reason for everything that is excused', () => {
    const { app } = appWithStacks();
    const reasons = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.values(Object(data)));
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(String(at({ reason }, 'reason')).length).toBeGreaterThan(40);
  });
});
