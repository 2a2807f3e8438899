import { describe, expect, it } from 'vitest';
import { appWithStacks, at, resourcesOfType, synthesize } from './synthesis.ts';

const templates = synthesize();

describe('millraceStacks', () => {
  it('makes one stack per deployable unit', () => {
    expect(Object.keys(templates).sort()).toEqual([
      'contracts',
      'ingestion',
      'ledger',
      'operations',
      'processing',
      'routing',
      'sagas',
    ]);
  });

  it('never ties two stacks together by an export', () => {
    for (const template of Object.values(templates)) {
      expect(JSON.stringify(template)).not.toMatch(/"Fn::(ImportValue|GetStackOutput)"/);
      for (const output of Object.values(template.Outputs ?? {})) expect(output.Export).toBeUndefined();
    }
  });

  it('deploys the schemas first, then stream and bus, then the domains, then who watches', () => {
    const { app } = appWithStacks();
    const order = Object.fromEntries(
      app.synth().stacks.map(({ stackName, dependencies }) => [
        stackName.slice('millrace-dev-'.length),
        dependencies
          .map(({ id }) => id)
          .filter(id => !id.endsWith('.assets'))
          .map(id => id.slice('millrace-dev-'.length))
          .sort(),
      ]),
    );
    expect(order).toEqual({
      contracts: [],
      ingestion: ['contracts'],
      routing: [],
      processing: ['contracts', 'ingestion', 'routing'],
      sagas: ['contracts', 'ingestion', 'routing'],
      ledger: ['ingestion', 'processing', 'routing', 'sagas'],
      operations: ['contracts', 'ingestion', 'ledger', 'processing', 'routing', 'sagas'],
    });
  });

  it('publishes the four things that people ask for', () => {
    const outputs = Object.values(templates).flatMap(template => Object.keys(template.Outputs ?? {}));
    expect(outputs.sort()).toEqual(['ApiUrl', 'EventBusName', 'StateMachineArn', 'StreamName']);
  });

  it('needs no custom resource but the one that registers schemas, and no container image', () => {
    for (const template of Object.values(templates)) {
      const types = Object.values(template.Resources).map(({ Type }) => Type);
      const custom = types.filter(type => type.startsWith('Custom::') || type.includes('CustomResource'));
      expect(custom).toEqual(template === templates.contracts ? ['Custom::RegisteredSchemas'] : []);
      for (const [, code] of resourcesOfType(template, 'AWS::Lambda::Function')) {
        expect(at(code, 'Properties', 'PackageType')).toBeUndefined();
      }
    }
  });

  it('names no account and no region unless it is told to', () => {
    expect(JSON.stringify(templates)).not.toMatch(/(?<!\d)\d{12}(?!\d)|(eu|us|ap)-\w+-\d/);
    const told = synthesize({ region: 'eu-central-1', account: '123456789012' });
    expect(JSON.stringify(told.processing)).toContain(
      'arn:aws:kinesis:eu-central-1:123456789012:stream/millrace-dev-events',
    );
  });

  it('tags everything with application and stage', () => {
    expect(at(resourcesOfType(templates.ingestion, 'AWS::Kinesis::Stream'), 0, 1, 'Properties', 'Tags')).toEqual([
      { Key: 'application', Value: 'millrace' },
      { Key: 'stage', Value: 'dev' },
    ]);
  });
});

describe('stage prod', () => {
  const production = synthesize({ stage: 'prod' });

  it('keeps data when a stack goes, and dev does not', () => {
    const policies = (of: typeof templates) =>
      new Set(
        Object.values(of)
          .flatMap(template =>
            ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::Kinesis::Stream'].flatMap(type =>
              resourcesOfType(template, type),
            ),
          )
          .map(([, resource]) => resource.DeletionPolicy),
      );
    expect(policies(production)).toEqual(new Set(['Retain']));
    expect(policies(templates)).toEqual(new Set(['Delete']));
  });

  it('asks every request to be signed, and dev does not', () => {
    const authorizations = (of: typeof templates) =>
      new Set(
        Object.values(of)
          .flatMap(template => resourcesOfType(template, 'AWS::ApiGatewayV2::Route'))
          .map(([, route]) => at(route, 'Properties', 'AuthorizationType')),
      );
    expect(authorizations(production)).toEqual(new Set(['AWS_IAM']));
    expect(authorizations(templates)).toEqual(new Set(['NONE']));
  });
});
