import { afterEach, describe, expect, it } from 'vitest';
import type { Principal } from '../../../local/cloud/principal.ts';
import { authorisation } from '../../../local/iam/authorisation.ts';
import { iamService } from '../../../local/services/iam/iam-service.ts';
import { ssmService } from '../../../local/services/ssm/ssm-service.ts';
import { type RestartableCloud, restartableClouds } from '../../support/restartable-cloud.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

function start(): Promise<RestartableCloud> {
  const clouds = restartableClouds(cloud => {
    cloud.register(iamService(cloud));
    cloud.register(ssmService(cloud));
    cloud.intercept(authorisation(cloud));
  });
  removers.push(clouds.remove);
  return clouds.start();
}

const TRUST = {
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};
const ROLE: Principal = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/path/fn', session: 's' };
const statement = (Effect: 'Allow' | 'Deny', Action: string, Resource = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action, Resource }],
});

/** Whether the role may do each of these. */
async function verdicts(running: RestartableCloud): Promise<readonly string[]> {
  const tried = [
    ['GetParameter', { Name: 'a' }],
    ['GetParameter', { Name: 'secret' }],
    ['PutParameter', { Name: 'a', Value: 'v', Type: 'String', Overwrite: true }],
    ['DeleteParameter', { Name: 'a' }],
    ['DescribeParameters', {}],
  ] as const;
  const codes = [];
  for (const [operation, input] of tried) {
    const answer = running.call<unknown>('ssm', operation, input, ROLE);
    codes.push(await answer.then(() => 'done').catch(({ code }: { code: string }) => code));
  }
  return codes;
}

describe('IAM after kill -9', () => {
  it('has roles with all their policies, and judges calls as before', async () => {
    const before = await start();
    const iam = (operation: string, input: object = {}) => before.call('iam', operation, { RoleName: 'fn', ...input });
    const managed = await iam('CreatePolicy', {
      PolicyName: 'm',
      PolicyDocument: statement('Allow', 'ssm:PutParameter'),
    });
    const boundary = await iam('CreatePolicy', { PolicyName: 'b', PolicyDocument: statement('Allow', 'ssm:*') });
    const arnOf = ({ Policy }: { Policy?: unknown }) => (Policy as { Arn: string }).Arn;
    await iam('CreateRole', {
      Path: '/path/',
      Description: 'd',
      AssumeRolePolicyDocument: TRUST,
      PermissionsBoundary: arnOf(boundary),
    });
    await iam('CreateRole', { RoleName: 'gone', AssumeRolePolicyDocument: JSON.stringify(TRUST) });
    await iam('PutRolePolicy', { PolicyName: 'all', PolicyDocument: statement('Allow', 'ssm:Get*') });
    await iam('PutRolePolicy', {
      PolicyName: 'none',
      PolicyDocument: JSON.stringify(statement('Deny', 'ssm:*', '*parameter/secret')),
    });
    await iam('PutRolePolicy', { PolicyName: 'dropped', PolicyDocument: statement('Allow', 'ssm:DeleteParameter') });
    await iam('AttachRolePolicy', { PolicyArn: arnOf(managed) });
    await iam('AttachRolePolicy', { PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    await before.journal.settled();
    await iam('DetachRolePolicy', { PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    await iam('AttachRolePolicy', { PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' });
    await iam('DeleteRolePolicy', { PolicyName: 'dropped' });
    await iam('DeleteRole', { RoleName: 'gone' });
    for (const Name of ['a', 'secret']) await before.call('ssm', 'PutParameter', { Name, Value: 'v', Type: 'String' });

    const after = await before.restarted(5_000);

    for (const [operation, input] of [
      ['ListRoles', {}],
      ['GetRole', { RoleName: 'fn' }],
      ['ListRolePolicies', { RoleName: 'fn' }],
      ['GetRolePolicy', { RoleName: 'fn', PolicyName: 'none' }],
      ['ListAttachedRolePolicies', { RoleName: 'fn' }],
    ] as const)
      expect(await after.call('iam', operation, input)).toEqual(await before.call('iam', operation, input));
    const expected = ['done', 'AccessDeniedException', 'done', 'AccessDeniedException', 'AccessDeniedException'];
    expect(await verdicts(before)).toEqual(expected);
    expect(await verdicts(after)).toEqual(expected);
    await expect(
      after.call('iam', 'CreatePolicy', { PolicyName: 'm', PolicyDocument: statement('Allow', '*') }),
    ).rejects.toMatchObject({ code: 'EntityAlreadyExists' });
  });
});
