import { expect, test } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR, type Principal } from '../../../local/cloud/principal.ts';
import type { JsonObject, Service } from '../../../local/cloud/service.ts';
import { authorisation } from '../../../local/iam/authorisation.ts';
import { iamReport } from '../../../local/iam/ledger.ts';
import { iamManagedPolicy } from '../../../local/resources/iam-managed-policy.ts';
import { iamPolicy } from '../../../local/resources/iam-policy.ts';
import { iamRole } from '../../../local/resources/iam-role.ts';
import { iamService } from '../../../local/services/iam/iam-service.ts';
import { provision } from '../../../local/template/provision.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { assemblyOf } from '../template/in-memory-assembly.ts';

const ROLE: Principal = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/fn', session: 'fn' };
const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:q';

function newCloud() {
  const cloud = new Cloud({
    region: 'eu-west-1',
    accountId: '000000000000',
    clock: new VirtualClock(),
    ids: seededIds(1),
  });
  const done: string[] = [];
  const policies = new Map<string, JsonObject>();
  let judged = 0;
  const fake = (name: string, operations: string[]): Service => ({
    name,
    wire: { protocol: 'json', targetPrefix: name, version: '1.0' },
    operations: Object.fromEntries(
      operations.map(operation => [
        operation,
        (input: JsonObject) => {
          if (operation === 'SetQueueAttributes') policies.set(QUEUE, input);
          else done.push(`${name}:${operation}`);
        },
      ]),
    ),
    permissions: (operation, input) => [{ action: `${name}:${operation}`, resources: [String(input.arn ?? '*')] }],
    resourcePolicy: arn => {
      judged++;
      return policies.get(arn);
    },
  });
  cloud.register(iamService(cloud));
  cloud.register(fake('sqs', ['SendMessage', 'ReceiveMessage', 'SetQueueAttributes']));
  cloud.register(fake('sns', ['Publish']));
  const { permissions: _, ...monitoring } = fake('monitoring', ['PutMetricData']);
  cloud.register(monitoring);
  cloud.intercept(authorisation(cloud));
  const call = (service: string, operation: string, principal: Principal, input: JsonObject = {}) =>
    cloud.call({ service, operation, input, principal });
  const iam = (operation: string, input: JsonObject) => call('iam', operation, OPERATOR, { RoleName: 'fn', ...input });
  return { cloud, call, iam, done, judged: () => judged };
}

const trust = {
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};
const grant = (Action: string | string[], Resource: string, more: object = {}) => ({
  Statement: [{ Effect: 'Allow', Action, Resource, ...more }],
});

async function withRole(PolicyDocument: object) {
  const cloud = newCloud();
  await cloud.iam('CreateRole', { AssumeRolePolicyDocument: trust });
  await cloud.iam('PutRolePolicy', { PolicyName: 'p', PolicyDocument });
  return cloud;
}

test('a role may do what its policy grants, and is refused the rest in AWS’s words before the engine hears of it', async () => {
  const { call, done } = await withRole(grant('sqs:SendMessage', QUEUE));
  await call('sqs', 'SendMessage', ROLE, { arn: QUEUE });
  await expect(call('sqs', 'ReceiveMessage', ROLE, { arn: QUEUE })).rejects.toMatchObject({
    code: 'AccessDeniedException',
    message: `User: arn:aws:sts::000000000000:assumed-role/fn/fn is not authorized to perform: sqs:ReceiveMessage on resource: ${QUEUE} because no identity-based policy allows the sqs:ReceiveMessage action`,
  });
  await expect(call('sqs', 'SendMessage', ROLE, { arn: `${QUEUE}2` })).rejects.toThrow('no identity-based policy');
  await call('sqs', 'ReceiveMessage', OPERATOR, { arn: QUEUE });
  expect(done).toEqual(['sqs:SendMessage', 'sqs:ReceiveMessage']);
});

test('a decision is remembered, until a policy changes', async () => {
  const { call, iam, judged } = await withRole(grant('sqs:SendMessage', '*'));
  for (let i = 0; i < 10; i++) await call('sqs', 'SendMessage', ROLE, { arn: QUEUE });
  expect(judged()).toBe(1);
  await iam('DeleteRolePolicy', { PolicyName: 'p' });
  await expect(call('sqs', 'SendMessage', ROLE, { arn: QUEUE })).rejects.toThrow('not authorized');
  await call(
    'sqs',
    'SetQueueAttributes',
    OPERATOR,
    grant('sqs:*', '*', { Principal: { AWS: ROLE.kind === 'role' && ROLE.roleArn } }),
  );
  await call('sqs', 'SendMessage', ROLE, { arn: QUEUE });
});

test('a decision that hung on the request itself is made anew for each', async () => {
  const condition = { Condition: { StringEquals: { 'cloudwatch:namespace': 'Mine' } } };
  const { call, done } = await withRole(grant('cloudwatch:PutMetricData', '*', condition));
  await call('monitoring', 'PutMetricData', ROLE, { Namespace: 'Mine' });
  await expect(call('monitoring', 'PutMetricData', ROLE, { Namespace: 'Other' })).rejects.toMatchObject({
    code: 'AccessDeniedException',
    queryCode: 'AccessDenied',
  });
  expect(done).toEqual(['monitoring:PutMetricData']);
});

test('a service needs the resource’s leave, from the source that the policy names', async () => {
  const { call, done } = newCloud();
  const rule = 'arn:aws:events:eu-west-1:000000000000:rule/bus/r';
  const events = (sourceArn: string): Principal => ({ kind: 'service', service: 'events.amazonaws.com', sourceArn });
  await expect(call('sqs', 'SendMessage', events(rule), { arn: QUEUE })).rejects.toThrow(
    'no resource-based policy allows',
  );
  await call(
    'sqs',
    'SetQueueAttributes',
    OPERATOR,
    grant('sqs:SendMessage', QUEUE, {
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': rule }, StringEquals: { 'aws:SourceAccount': '000000000000' } },
    }),
  );
  await call('sqs', 'SendMessage', events(rule), { arn: QUEUE });
  await expect(call('sqs', 'SendMessage', events(`${rule}2`), { arn: QUEUE })).rejects.toThrow('not authorized');
  await call(
    'sns',
    'Publish',
    { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn: 'alarm' },
    { arn: 'topic' },
  );
  await call(
    'sqs',
    'ReceiveMessage',
    { kind: 'service', service: 'sqs.amazonaws.com', sourceArn: QUEUE },
    { arn: QUEUE },
  );
  expect(done).toEqual(['sqs:SendMessage', 'sns:Publish', 'sqs:ReceiveMessage']);
});

test('the deny of a plain connection, as the CDK writes it, does not refuse loopback', async () => {
  const { call } = await withRole(grant('sqs:SendMessage', QUEUE));
  await call('sqs', 'SetQueueAttributes', OPERATOR, {
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: QUEUE,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
  await call('sqs', 'SendMessage', ROLE, { arn: QUEUE });
});

test('iamReport counts denied calls, and names the grants that nothing used, of services that there are', async () => {
  const { cloud, call } = await withRole({
    Statement: [
      { Sid: 'Queue', Effect: 'Allow', Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'], Resource: QUEUE },
      { Effect: 'Allow', Action: 'xray:PutTraceSegments', Resource: '*' },
    ],
  });
  await call('sqs', 'SendMessage', ROLE, { arn: QUEUE });
  for (let i = 0; i < 3; i++) await call('sqs', 'ReceiveMessage', ROLE, { arn: QUEUE }).catch(() => {});
  expect(iamReport(cloud)).toEqual({
    denied: [
      {
        who: 'arn:aws:sts::000000000000:assumed-role/fn/fn',
        action: 'sqs:ReceiveMessage',
        resource: QUEUE,
        count: 3,
        message: expect.stringContaining('is not authorized to perform: sqs:ReceiveMessage'),
      },
    ],
    unused: [{ role: 'fn', policy: 'p', sid: 'Queue', action: 'sqs:GetQueueUrl', resources: [QUEUE] }],
  });
});

test('roles, inline and managed policies are made from a template', async () => {
  const { cloud, call, done } = newCloud();
  const types = [iamRole, iamPolicy, iamManagedPolicy];
  const { stacks } = await provision(
    cloud,
    assemblyOf({
      S: {
        Resources: {
          Role: {
            Type: 'AWS::IAM::Role',
            Properties: {
              RoleName: 'fn',
              AssumeRolePolicyDocument: trust,
              ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
              Policies: [{ PolicyName: 'own', PolicyDocument: grant('sqs:SendMessage', QUEUE) }],
            },
          },
          Inline: {
            Type: 'AWS::IAM::Policy',
            Properties: { PolicyName: 'x', PolicyDocument: grant('sns:Publish', '*'), Roles: [{ Ref: 'Role' }] },
          },
          Managed: {
            Type: 'AWS::IAM::ManagedPolicy',
            Properties: { PolicyDocument: grant('sqs:ReceiveMessage', '*'), Roles: [{ Ref: 'Role' }] },
          },
        },
        Outputs: {
          Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } },
          Id: { Value: { 'Fn::GetAtt': ['Role', 'RoleId'] } },
          Managed: { Value: { Ref: 'Managed' } },
        },
      },
    }),
    { findType: name => types.find(({ type }) => type === name) },
  );
  expect(stacks[0]?.outputs).toEqual({
    Arn: ROLE.kind === 'role' && ROLE.roleArn,
    Id: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
    Managed: expect.stringMatching(/^arn:aws:iam::000000000000:policy\/S-Managed-/),
  });
  await call('sqs', 'SendMessage', ROLE, { arn: QUEUE });
  await call('sqs', 'ReceiveMessage', ROLE, { arn: QUEUE });
  await call('sns', 'Publish', ROLE, { arn: 'topic' });
  expect(done).toHaveLength(3);
});

test('IAM refuses a managed policy that is not there, and a condition that it cannot judge', async () => {
  const { iam } = await withRole(grant('*', '*'));
  await expect(iam('AttachRolePolicy', { PolicyArn: 'arn:aws:iam::aws:policy/Nothing' })).rejects.toMatchObject({
    code: 'NoSuchEntity',
  });
  const PolicyDocument = grant('*', '*', { Condition: { Sounds: { a: 'b' } } });
  await expect(iam('PutRolePolicy', { PolicyName: 'p', PolicyDocument })).rejects.toMatchObject({
    code: 'MalformedPolicyDocument',
  });
});
