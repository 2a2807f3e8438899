// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { expect, test } from 'vitest';
import { z } from 'zod';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { type ResourceType, resourceType } from '../../../local/resources/resource-type.ts';
import { UnsupportedTemplateError } from '../../../local/template/problem.ts';
import { provision } from '../../../local/template/provision.ts';
import { describeSupport } from '../../../local/template/support.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { assemblyOf } from './in-memory-assembly.ts';

/** A resource type that remembers what it was asked to make. */
function thing(made: Record<string, unknown>[]): ResourceType<unknown> {
  const properties = z.strictObject({
    Name: z.string().optional(),
    Arn: z.string().regex(/^arn:/).optional(),
    Size: z.number().optional(),
    On: z.boolean().optional(),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
    Either: z
      .union([z.strictObject({ A: z.string() }), z.strictObject({ B: z.strictObject({ C: z.string() }) })])
      .optional(),
  });
  return resourceType({
    type: 'Test::Thing',
    properties,
    inert: ['Tags'],
    create(given, context) {
      if (given.Name === 'fails') throw new AwsError('LimitExceeded', 'there is no room');
      made.push({ id: context.logicalId, ...given });
      return {
        ref: context.physicalName(40),
        attributes: { Arn: `arn:${context.logicalId}`, List: ['l'], Nested: { Port: 7 } },
      };
    },
  });
}

function newCloud(parameters: Record<string, string> = {}): Cloud {
  const cloud = new Cloud({
    region: 'eu-west-1',
    accountId: '000000000000',
    clock: new VirtualClock(),
    ids: seededIds(1),
  });
  cloud.register({
    name: 'ssm',
    wire: { protocol: 'json', targetPrefix: 'AmazonSSM', version: '1.1' },
    operations: {
      GetParameter: ({ Name }) => {
        const Value = parameters[String(Name)];
        if (Value === undefined) throw new AwsError('ParameterNotFound', '');
        return { Parameter: { Value } };
      },
    },
  });
  return cloud;
}

async function make(templates: Record<string, object>, parameters: Record<string, string> = {}) {
  const made: Record<string, unknown>[] = [];
  const type = thing(made);
  const findType = (name: string) => (name === type.type ? type : undefined);
  const progress: string[] = [];
  const result = await provision(newCloud(parameters), assemblyOf(templates), {
    findType,
    onProgress: ({ logicalId, done, total }) => progress.push(`${logicalId} ${done}/${total}`),
  });
  return { made, result, progress };
}

async function problemsOf(templates: Record<string, object>): Promise<string[]> {
  const error = await make(templates).catch((reason: unknown) => reason);
  if (!(error instanceof UnsupportedTemplateError)) throw error;
  return error.message
    .split('\n')
    .slice(1)
    .map(line => line.trim());
}

const Type = 'Test::Thing';

test('provision makes resources after what they refer to, through Ref, Fn::GetAtt, Fn::Sub and DependsOn', async () => {
  const { made, progress } = await make({
    S: {
      Resources: {
        A: { Type, Properties: { Name: { Ref: 'B' } } },
        B: { Type, Properties: { Arn: { 'Fn::GetAtt': ['C', 'Arn'] } } },
        C: { Type, Properties: { Name: { 'Fn::Sub': '${D.Arn}' } } },
        D: { Type, DependsOn: 'E' },
        E: { Type, Properties: { Size: { 'Fn::GetAtt': ['F', 'Nested.Port'] } } },
        F: { Type },
      },
    },
  });
  expect(made.map(({ id }) => id)).toEqual(['F', 'E', 'D', 'C', 'B', 'A']);
  expect(made[1]).toEqual({ id: 'E', Size: 7 });
  expect(progress.at(-1)).toBe('A 6/6');
});

test('provision passes exports, outputs and conditions from stack to stack', async () => {
  const { made, result } = await make({
    First: {
      Resources: { A: { Type }, Never: { Type, Condition: 'No' } },
      Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
      Outputs: {
        Out: { Value: { 'Fn::GetAtt': ['A', 'Arn'] }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Out' } } },
        Gone: { Value: { Ref: 'Never' }, Condition: 'No' },
      },
    },
    Second: { Resources: { B: { Type, Properties: { Arn: { 'Fn::ImportValue': 'First:Out' } } } } },
  });
  expect(made).toEqual([{ id: 'A' }, { id: 'B', Arn: 'arn:A' }]);
  expect(result.stacks.map(stack => stack.outputs)).toEqual([{ Out: 'arn:A' }, {}]);
  expect(result.stacks[0]?.resources).toEqual([
    { logicalId: 'A', type: Type, physicalId: expect.stringMatching(/^First-A-[0-9A-Z]{12}$/) },
  ]);
});

test('provision gives the same physical names at every start, and different ones to different resources', async () => {
  const template = { S: { Resources: { A: { Type }, B: { Type } } } };
  const names = async () => (await make(template)).result.stacks[0]?.resources.map(resource => resource.physicalId);
  const first = await names();
  expect(first).toEqual(await names());
  expect(new Set(first).size).toBe(2);
});

test('provision reads Parameter Store for parameters and dynamic references, and ignores the bootstrap', async () => {
  const { made } = await make(
    {
      S: {
        Parameters: {
          Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a' },
          Bootstrap: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/x/version' },
          Plain: { Type: 'CommaDelimitedList', Default: 'x, y' },
        },
        Rules: { CheckBootstrapVersion: {} },
        Resources: {
          A: {
            Type,
            Properties: {
              Name: {
                'Fn::Join': ['', [{ Ref: 'Stored' }, '/{{resolve:ssm:/b}}/', { 'Fn::Join': ['+', { Ref: 'Plain' }] }]],
              },
            },
          },
        },
      },
    },
    { '/a': 'stored', '/b': 'dynamic' },
  );
  expect(made).toEqual([{ id: 'A', Name: 'stored/dynamic/x+y' }]);
});

test('provision says which parameter is not in Parameter Store', async () => {
  const template = { S: { Parameters: { P: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/none' } } } };
  await expect(make(template)).rejects.toThrow('S: Parameters.P: Unable to fetch parameters [/none]');
});

test('provision takes scalars of the wrong kind as CloudFormation does', async () => {
  const { made } = await make({ S: { Resources: { A: { Type, Properties: { Name: 5, Size: '30', On: 'true' } } } } });
  expect(made).toEqual([{ id: 'A', Name: '5', Size: 30, On: true }]);
});

test('provision collects every problem of every stack before it makes anything', async () => {
  const problems = await problemsOf({
    S: {
      Transform: 'X',
      Resources: {
        A: {
          Type,
          Metadata: { 'aws:cdk:path': 'S/A/Resource' },
          Properties: { Colour: 'red', Size: 'big', Tags: [{ Key: 'a', Value: 'b', Extra: 1 }] },
        },
        B: { Type: 'Other::Type', CreationPolicy: {}, Properties: { X: { 'Fn::Nope': 1 } } },
        C: { Type, Properties: { Arn: { 'Fn::GetAtt': ['A', 'Arn'] }, Either: { B: { C: { Ref: 'A' }, D: 1 } } } },
      },
    },
    T: { Resources: { A: { Type, DependsOn: ['Zed'], Properties: { Name: { Ref: 'Nobody' }, Arn: 'no-arn' } } } },
  });
  expect(problems).toEqual([
    'S: Transform: this section is not supported',
    'S/B: CreationPolicy: this resource attribute is not supported',
    'S/A: Properties.Size: Invalid input: expected number, received string',
    'S/A: Properties.Tags[0].Extra: this property is not supported',
    'S/A: Properties.Colour: this property is not supported',
    'S/B: Properties.X: the intrinsic function Fn::Nope is not supported',
    'S/B: Type: the resource type Other::Type is not supported',
    'S/C: Properties.Either.B.D: this property is not supported',
    "T/A: Properties.Name: 'Nobody' is neither a parameter nor a resource",
    "T/A: DependsOn: there is no resource 'Zed'",
    'T/A: Properties.Arn: Invalid string: must match pattern /^arn:/',
  ]);
});

test('provision names the members of a circular dependency', async () => {
  const problems = await problemsOf({
    S: {
      Resources: {
        A: { Type, Properties: { Name: { Ref: 'B' } } },
        B: { Type, DependsOn: 'C' },
        C: { Type, Properties: { Name: { 'Fn::Sub': 'x${A}' } } },
      },
    },
  });
  expect(problems).toEqual(['S: Resources: circular dependency A → B → C → A']);
});

test('provision refuses a reference to a resource whose condition does not hold', async () => {
  const problems = await problemsOf({
    S: {
      Conditions: { No: { 'Fn::Equals': [1, 2] } },
      Resources: { A: { Type, Condition: 'No' }, B: { Type, Properties: { Name: { Ref: 'A' } } } },
    },
  });
  expect(problems).toEqual(["S/B: Properties.Name: 'A' does not exist: its condition 'No' does not hold"]);
});

test('provision says which resource could not be made after all, and with which error', async () => {
  const template = { S: { Resources: { A: { Type, Properties: { Name: 'fails' } } } } };
  await expect(make(template)).rejects.toThrow('Cannot provision S/A: LimitExceeded: there is no room');
});

test('describeSupport lists the property paths of a type', () => {
  expect(describeSupport([thing([])]).types).toEqual([
    {
      type: Type,
      inert: ['Tags'],
      properties: [
        'Arn',
        'Either',
        'Either.A',
        'Either.B',
        'Either.B.C',
        'Name',
        'On',
        'Size',
        'Tags',
        'Tags[].Key',
        'Tags[].Value',
      ],
    },
  ]);
});
