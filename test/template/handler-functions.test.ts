import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { at, resourcesOfType, synthesize, type Template } from './synthesis.ts';

const templates = synthesize();
const LAMBDAS = join(import.meta.dirname, '../../lambdas');

/** Every function of the app, with the template that it stands in. */
const functions = Object.values(templates).flatMap(template =>
  resourcesOfType(template, 'AWS::Lambda::Function').map(([id, { Properties }]) => ({
    id,
    properties: Properties,
    template,
  })),
);

describe('HandlerFunction', () => {
  it('deploys every handler that there is, under its name', () => {
    const handlers = readdirSync(LAMBDAS, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !['adapters', 'runtime'].includes(entry.name))
      .flatMap(({ name }) => (name === 'outbox-publisher' ? [`${name}-behaviour`, `${name}-travel`] : [name]));
    const names = functions.map(({ properties }) => at(properties, 'FunctionName'));
    expect(names.sort()).toEqual(handlers.map(name => `millrace-dev-${name}`).sort());
  });

  it.each(functions)(
    '$id runs on Node 24, bounded, in a log group that forgets, where Lambda writes about failures only',
    ({ properties, template }) => {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        Timeout: at(properties, 'FunctionName') === 'millrace-dev-reconciler' ? 300 : 30,
        LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
        Environment: { Variables: { STAGE: 'dev', NODE_OPTIONS: '--enable-source-maps' } },
      });
      const group = template.Resources[String(at(properties, 'LoggingConfig', 'LogGroup', 'Ref'))];
      expect(group?.Properties).toMatchObject({
        LogGroupName: `/aws/lambda/${at(properties, 'FunctionName')}`,
        RetentionInDays: 30,
      });
    },
  );

  it('begins traces where requests begin, and follows them where batches are handed over', () => {
    const fed = new Set(
      Object.values(templates)
        .flatMap(template => resourcesOfType(template, 'AWS::Lambda::EventSourceMapping'))
        .map(([, { Properties }]) => at(Properties, 'FunctionName', 'Ref')),
    );
    expect(fed.size).toBeGreaterThan(5);
    for (const { id, properties } of functions) {
      expect([id, at(properties, 'TracingConfig')]).toEqual([id, { Mode: fed.has(id) ? 'PassThrough' : 'Active' }]);
    }
  });

  it.each(functions)('$id may do nothing on everything, but trace and list streams', ({ properties, template }) => {
    const wide = statementsOf(template, String(at(properties, 'Role', 'Fn::GetAtt', 0)))
      .filter(statement => at(statement, 'Resource') === '*')
      .flatMap(statement => at(statement, 'Action'));
    expect(['dynamodb:ListStreams', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments']).toEqual(
      expect.arrayContaining(wide),
    );
  });

  it('is built for another processor when the config says so', () => {
    const other = resourcesOfType(synthesize({ architecture: 'x86_64' }).ingestion, 'AWS::Lambda::Function');
    for (const [, resource] of other) expect(at(resource, 'Properties', 'Architectures')).toEqual(['x86_64']);
  });
});

describe('rights of every role', () => {
  it('never hold a wildcard action', () => {
    const actions = Object.values(templates)
      .flatMap(template => resourcesOfType(template, 'AWS::IAM::Policy'))
      .flatMap(([, { Properties }]) => at(Properties, 'PolicyDocument', 'Statement'))
      .flatMap(statement => at(statement, 'Action'));
    expect(actions.filter(action => String(action).includes('*'))).toEqual([]);
  });
});

function statementsOf(template: Template, roleId: string): readonly unknown[] {
  const inline = [at(template.Resources[roleId], 'Properties', 'Policies')]
    .flat()
    .map(policy => at(policy, 'PolicyDocument', 'Statement'));
  const attached = resourcesOfType(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => at(Properties, 'Roles', 0, 'Ref') === roleId)
    .map(([, { Properties }]) => at(Properties, 'PolicyDocument', 'Statement'));
  return [...inline, ...attached].flat();
}
