import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stepfunctionsStateMachine } from '../../../local/resources/stepfunctions-state-machine.ts';
import { ROLE, StateMachineFixture } from './state-machine-fixture.ts';

const place = (name: string) => `\${${name}}`;
const machineText = (Resource: string) =>
  JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Task', Resource, Comment: place('other'), End: true } } });

const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:f';
const TEXT = machineText(place('FunctionArn'));
const FILLED = machineText(FUNCTION);

async function create(properties: Record<string, unknown>) {
  const fixture = new StateMachineFixture();
  const file = join(mkdtempSync(join(tmpdir(), 'state-machine-')), 'asset.json');
  writeFileSync(file, TEXT);
  const context = {
    cloud: fixture.cloud,
    stackName: 'stack',
    logicalId: 'Saga',
    physicalName: () => 'stack-Saga-1234',
    assetPath: ({ key }: { bucket: string; key: string }) => (key === 'asset.json' ? file : 'nowhere'),
  };
  const parsed = stepfunctionsStateMachine.properties.parse({ RoleArn: ROLE, ...properties });
  const created = await stepfunctionsStateMachine.create(parsed, context);
  return { created, described: await fixture.states('DescribeStateMachine', { stateMachineArn: created.ref }) };
}

const DefinitionSubstitutions = { FunctionArn: FUNCTION };

describe('AWS::StepFunctions::StateMachine', () => {
  it.each([
    ['a string', { DefinitionString: TEXT }],
    ['an object', { Definition: JSON.parse(TEXT) }],
    ['an asset', { DefinitionS3Location: { Bucket: 'assets', Key: 'asset.json' } }],
  ])('takes its definition from %s and fills in what is substituted', async (_from, definition) => {
    const { described } = await create({ ...definition, DefinitionSubstitutions });
    expect(described.definition).toBe(FILLED);
  });

  it('refers to its ARN and answers its attributes', async () => {
    const { created, described } = await create({
      DefinitionString: FILLED,
      StateMachineName: 'saga',
      StateMachineType: 'EXPRESS',
      LoggingConfiguration: {
        Level: 'ERROR',
        IncludeExecutionData: true,
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: 'arn:aws:logs:eu-west-1:0:log-group:g:*' } }],
      },
    });
    const arn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:saga';
    expect(created).toMatchObject({ ref: arn, attributes: { Arn: arn, Name: 'saga' } });
    expect(described).toMatchObject({
      type: 'EXPRESS',
      roleArn: ROLE,
      loggingConfiguration: { level: 'ERROR', includeExecutionData: true },
    });
  });

  it('stops at a definition that Step Functions refuses', async () => {
    await expect(create({ DefinitionString: '{"StartAt":"A","States":{}}' })).rejects.toMatchObject({
      code: 'InvalidDefinition',
    });
  });

  it('names a property that it does not know', () => {
    expect(() => stepfunctionsStateMachine.properties.parse({ RoleArn: ROLE, Colour: 'red' })).toThrow('Colour');
  });
});
