// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../local/template/evaluate.ts';
import type { Path, Scope } from '../../../local/template/intrinsics/intrinsic.ts';
import { stackScope } from '../../../local/template/scope.ts';
import { parseTemplate } from '../../../local/template/template.ts';

const TEMPLATE = parseTemplate({
  Resources: {},
  Mappings: { Sizes: { 'eu-west-1': { shards: 2, names: ['a', 'b'] } } },
  Conditions: {
    IsEurope: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
    IsElsewhere: { 'Fn::Not': [{ Condition: 'IsEurope' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsElsewhere' }, { Condition: 'IsEurope' }] },
    Both: { 'Fn::And': [{ Condition: 'IsElsewhere' }, { Condition: 'IsEurope' }] },
    Ring: { 'Fn::Not': [{ Condition: 'Ring' }] },
  },
});

const RESOURCES: Record<string, Record<string, unknown>> = {
  Queue: { Arn: 'arn:q', 'Endpoint.Port': 1, Names: ['x', 'y'] },
};

function scope(): Scope {
  return stackScope({
    environment: { accountId: '000000000000', region: 'eu-west-1' },
    stackName: 'Stack',
    template: TEMPLATE,
    parameters: new Map<string, unknown>([
      ['Stage', 'dev'],
      ['Count', '3'],
      ['Zones', ['a', 'b', 'c']],
    ]),
    world: {
      ref: logicalId => (RESOURCES[logicalId] ? `ref-${logicalId}` : undefined),
      attribute: (logicalId, attribute) => RESOURCES[logicalId]?.[attribute],
      importValue: name => (name === 'Other:Out' ? 'imported' : undefined),
      fail: (path: Path, reason: string) => {
        throw new Error(`${path.join('/')}: ${reason}`);
      },
    },
  });
}

const value = (expression: unknown) => evaluate(expression, ['P'], scope());

describe('evaluate', () => {
  test.each([
    [{ Ref: 'Queue' }, 'ref-Queue'],
    [{ Ref: 'Stage' }, 'dev'],
    [{ Ref: 'AWS::StackName' }, 'Stack'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:q'],
    [{ 'Fn::GetAtt': 'Queue.Endpoint.Port' }, 1],
    [{ 'Fn::GetAtt': ['Queue', 'Endpoint', 'Port'] }, 1],
    [{ 'Fn::ImportValue': { 'Fn::Sub': 'Other:Out' } }, 'imported'],
    [{ 'Fn::Sub': '${Stage}-${AWS::Region}-${Queue.Arn}-${!Literal}' }, 'dev-eu-west-1-arn:q-${Literal}'],
    [{ 'Fn::Sub': ['${Stage}${Own}', { Own: { Ref: 'Count' } }] }, 'dev3'],
    [{ 'Fn::Join': ['-', ['a', 1, true, { Ref: 'Stage' }]] }, 'a-1-true-dev'],
    [{ 'Fn::Join': [',', { Ref: 'Zones' }] }, 'a,b,c'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ 'Fn::Select': [0, { 'Fn::GetAtt': ['Queue', 'Names'] }] }, 'x'],
    [{ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'shards'] }, 2],
    [{ 'Fn::FindInMap': ['Sizes', 'x', 'y', { DefaultValue: { Ref: 'Stage' } }] }, 'dev'],
    [{ 'Fn::If': ['IsEurope', 'here', 'there'] }, 'here'],
    [{ 'Fn::If': ['IsElsewhere', 'here', 'there'] }, 'there'],
    [{ 'Fn::If': ['Either', 1, 2] }, 1],
    [{ 'Fn::If': ['Both', 1, 2] }, 2],
    [{ 'Fn::Base64': 'hi' }, 'aGk='],
    [{ 'Fn::Length': { Ref: 'Zones' } }, 3],
    [{ 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    [{ 'Fn::Cidr': ['10.0.0.0/16', 3, 8] }, ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
    [{ 'Fn::ToJsonString': { a: { Ref: 'Stage' } } }, '{"a":"dev"}'],
    [
      { a: 1, b: { Ref: 'AWS::NoValue' }, c: [1, { Ref: 'AWS::NoValue' }, 2] },
      { a: 1, c: [1, 2] },
    ],
    [
      { Ref: 'Stage', Other: 1 },
      { Ref: 'Stage', Other: 1 },
    ],
    [{ Condition: 'IsEurope' }, { Condition: 'IsEurope' }],
  ])('evaluates %j to %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });

  test.each([
    [{ a: [{ Ref: 'Nothing' }] }, "P/a/0: 'Nothing' is neither a parameter nor a resource"],
    [{ 'Fn::GetAtt': ['Queue', 'Nothing'] }, "P: 'Queue' has no attribute 'Nothing'"],
    [{ 'Fn::Transform': {} }, 'P: the intrinsic function Fn::Transform is not supported'],
    [{ 'Fn::Select': [3, ['a']] }, 'P: Fn::Select cannot select index 3 of a list of 1'],
    [{ 'Fn::Join': ['', [['nested']]] }, 'P: Fn::Join cannot join item 0'],
    [{ 'Fn::If': ['Nothing', 1, 2] }, "P: there is no condition 'Nothing'"],
    [{ 'Fn::If': ['Ring', 1, 2] }, "Conditions/Ring: condition 'Ring' refers to itself"],
    [{ 'Fn::ImportValue': 'Nothing' }, "P: no stack before this one exports 'Nothing'"],
    [{ 'Fn::FindInMap': ['Sizes', 'x', 'y'] }, 'P: Fn::FindInMap finds nothing at Sizes.x.y'],
    [{ 'Fn::Cidr': ['10.0.0.0/24', 300, 8] }, 'P: Fn::Cidr cannot cut 300 blocks'],
    [{ 'Fn::Sub': '${Zones}' }, 'P: Fn::Sub cannot put the value of ${Zones} into text'],
  ])('refuses %j, saying where and why', (expression, message) => {
    expect(() => value(expression)).toThrow(message);
  });
});
