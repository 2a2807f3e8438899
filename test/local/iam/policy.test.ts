import { describe, expect, test } from 'vitest';
import { parseCondition } from '../../../local/iam/condition.ts';
import { judge } from '../../../local/iam/judge.ts';
import { type PolicyRequest, parsePolicy } from '../../../local/iam/policy.ts';
import type { Role } from '../../../local/iam/role-store.ts';

const ROLE_ARN = 'arn:aws:iam::000000000000:role/r';

function request(action: string, resource: string, context: Record<string, string[]> = {}): PolicyRequest {
  const principal = {
    kind: 'role',
    roleArn: ROLE_ARN,
    sessionArn: 'arn:aws:sts::000000000000:assumed-role/r/s',
    accountId: '000000000000',
  } as const;
  return { action, resource, principal, context: key => context[key] };
}

function role(statements: object[], boundary?: object[]): Role {
  const policy = (Statement: object[]) => ({
    name: 'p',
    document: {},
    statements: parsePolicy({ Statement }),
    createdMs: 0,
  });
  return {
    name: 'r',
    arn: ROLE_ARN,
    id: 'id',
    path: '/',
    description: undefined,
    trust: {},
    createdMs: 0,
    inline: new Map([['p', policy(statements)]]),
    attached: new Map(),
    boundary: boundary && policy(boundary),
  };
}

const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: unknown, Resource: unknown, more: object = {}) => ({
  ...allow(Action, Resource, more),
  Effect: 'Deny',
});
const TABLE = 'arn:aws:dynamodb:eu-west-1:000000000000:table/t';

function outcome(statements: object[], asked: PolicyRequest, resourcePolicy?: object, boundary?: object[]): string {
  const verdict = judge(asked, { role: role(statements, boundary), resourcePolicy });
  return verdict.allowed ? 'allowed' : verdict.reason;
}

describe('judge', () => {
  test.each<[string, object[], string, string, string]>([
    ['an exact grant', [allow('dynamodb:PutItem', TABLE)], 'dynamodb:PutItem', TABLE, 'allowed'],
    ['an action in other letters', [allow('DynamoDB:putitem', TABLE)], 'dynamodb:PutItem', TABLE, 'allowed'],
    [
      'wildcards',
      [allow(['dynamodb:Put*', 's3:?et*'], `${TABLE}*`)],
      'dynamodb:PutItem',
      `${TABLE}/index/i`,
      'allowed',
    ],
    ['another action', [allow('dynamodb:PutItem', TABLE)], 'dynamodb:DeleteItem', TABLE, 'no identity-based allow'],
    [
      'another resource',
      [allow('dynamodb:PutItem', TABLE)],
      'dynamodb:PutItem',
      `${TABLE}2`,
      'no identity-based allow',
    ],
    [
      'a resource in other letters',
      [allow('dynamodb:PutItem', TABLE)],
      'dynamodb:PutItem',
      TABLE.toUpperCase(),
      'no identity-based allow',
    ],
    ['a grant on one ARN, for a call without one', [allow('x:List', TABLE)], 'x:List', '*', 'no identity-based allow'],
    ['an explicit deny beside a grant', [allow('*', '*'), deny('x:Do', '*')], 'x:Do', TABLE, 'identity-based deny'],
    ['NotAction', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'x:Do', TABLE, 'allowed'],
    [
      'NotAction that names it',
      [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
      'iam:Do',
      TABLE,
      'no identity-based allow',
    ],
    [
      'NotResource',
      [deny('*', undefined, { NotResource: TABLE }), allow('*', '*')],
      'x:Do',
      'other',
      'identity-based deny',
    ],
    ['a regular expression in disguise', [allow('x:Do', 'arn:a.c')], 'x:Do', 'arn:abc', 'no identity-based allow'],
  ])('%s', (_name, statements, action, resource, expected) => {
    const defined = statements.map(statement => JSON.parse(JSON.stringify(statement)));
    expect(outcome(defined, request(action, resource))).toBe(expected);
  });

  test('a boundary allows nothing, but what it leaves out is refused', () => {
    const asked = request('x:Do', TABLE);
    expect(outcome([allow('x:*', '*')], asked, undefined, [allow('x:Do', '*')])).toBe('allowed');
    expect(outcome([allow('x:*', '*')], asked, undefined, [allow('y:*', '*')])).toBe('no boundary allow');
    expect(outcome([], asked, undefined, [allow('x:Do', '*')])).toBe('no identity-based allow');
  });

  test('a resource policy allows the role that it names, leaves the account’s roles to their own policies, and denies anybody', () => {
    const policy = (statement: object) => ({
      Statement: [{ Action: 'x:*', Resource: '*', Effect: 'Allow', ...statement }],
    });
    const asked = request('x:Do', TABLE);
    expect(outcome([], asked, policy({ Principal: { AWS: ROLE_ARN } }))).toBe('allowed');
    expect(outcome([], asked, policy({ Principal: '*' }))).toBe('allowed');
    expect(outcome([], asked, policy({ Principal: { AWS: '000000000000' } }))).toBe('no identity-based allow');
    expect(outcome([], asked, policy({ Principal: { Service: 'sns.amazonaws.com' } }))).toBe('no identity-based allow');
    expect(outcome([allow('*', '*')], asked, policy({ Effect: 'Deny', Principal: '*' }))).toBe('resource-based deny');
    expect(outcome([allow('*', '*')], asked, policy({ Effect: 'Deny', NotPrincipal: { AWS: ROLE_ARN } }))).toBe(
      'allowed',
    );
  });
});

describe('parseCondition', () => {
  const RULE = 'arn:aws:events:eu-west-1:000000000000:rule/bus/r';
  test.each<[object, Record<string, string[]>, boolean]>([
    [{ StringEquals: { k: ['a', 'b'] } }, { k: ['b'] }, true],
    [{ StringEquals: { k: 'a' } }, {}, false],
    [{ StringEqualsIfExists: { k: 'a' } }, {}, true],
    [{ StringNotEquals: { k: ['a', 'b'] } }, { k: ['a'] }, false],
    [{ StringNotEquals: { k: 'a' } }, {}, true],
    [{ StringLike: { k: 'a*c' } }, { k: ['abc'] }, true],
    [{ ArnEquals: { k: RULE } }, { k: [RULE] }, true],
    [{ ArnLike: { k: 'arn:aws:events:*:*:rule/bus/*' } }, { k: [RULE] }, true],
    [{ ArnLike: { k: 'arn:aws:*' } }, { k: [RULE] }, false],
    [{ Bool: { k: 'false' } }, { k: ['true'] }, false],
    [{ Bool: { k: false } }, { k: ['false'] }, true],
    [{ NumericLessThan: { k: '10' } }, { k: ['9'] }, true],
    [{ DateGreaterThan: { k: '2026-01-01T00:00:00Z' } }, { k: ['2026-06-01T00:00:00Z'] }, true],
    [{ IpAddress: { k: '10.1.0.0/16' } }, { k: ['10.1.2.3'] }, true],
    [{ NotIpAddress: { k: '10.1.0.0/16' } }, { k: ['10.1.2.3'] }, false],
    [{ Null: { k: 'true' } }, {}, true],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'c'] }, false],
    [{ 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'c'] }, true],
    [{ StringEquals: { k: 'a', l: 'b' } }, { k: ['a'] }, false],
    [{}, {}, true],
  ])('%j on %j is %s', (element, context, expected) => {
    expect(parseCondition(element)(key => context[key])).toBe(expected);
  });

  test('refuses an operator that it does not know', () => {
    expect(() => parseCondition({ StringSounds: { k: 'a' } })).toThrow(
      'the condition operator StringSounds is not supported',
    );
  });
});

test.each([['{'], [{}], [{ Statement: [{ Effect: 'Maybe', Action: '*' }] }], [{ Statement: [{ Effect: 'Allow' }] }]])(
  'parsePolicy refuses %j',
  document => {
    expect(() => parsePolicy(document)).toThrow('Cannot judge policy');
  },
);
