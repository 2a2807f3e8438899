import { expect, test } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { ssmService } from '../../../local/services/ssm/ssm-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

function newStore() {
  const cloud = new Cloud({
    region: 'eu-west-1',
    accountId: '000000000000',
    clock: new VirtualClock(),
    ids: seededIds(1),
  });
  cloud.register(ssmService(cloud));
  const call = (operation: string, input: JsonObject) =>
    cloud.call({ service: 'ssm', operation, input, principal: OPERATOR });
  const put = (Name: string, Value = 'v', more: JsonObject = {}) =>
    call('PutParameter', { Name, Value, Type: 'String', ...more });
  return { call, put };
}

test('Parameter Store keeps every version, and answers by name, version and ARN', async () => {
  const { call, put } = newStore();
  expect(await put('/a/b', 'one')).toEqual({ Version: 1, Tier: 'Standard' });
  await expect(put('/a/b', 'two')).rejects.toMatchObject({ code: 'ParameterAlreadyExists' });
  expect(await put('/a/b', 'two', { Overwrite: true })).toMatchObject({ Version: 2 });
  const answer = async (Name: string) => (await call('GetParameter', { Name })).Parameter;
  expect(await answer('/a/b')).toMatchObject({
    Value: 'two',
    Version: 2,
    ARN: 'arn:aws:ssm:eu-west-1:000000000000:parameter/a/b',
  });
  expect(await answer('/a/b:1')).toMatchObject({ Name: '/a/b', Value: 'one', Selector: ':1' });
  expect(await answer('arn:aws:ssm:eu-west-1:000000000000:parameter/a/b')).toMatchObject({ Value: 'two' });
  await expect(answer('/a/b:7')).rejects.toMatchObject({ code: 'ParameterVersionNotFound' });
  await expect(answer('/none')).rejects.toMatchObject({ code: 'ParameterNotFound' });
});

test('Parameter Store answers many names, a path with or without what is below, and what is not there', async () => {
  const { call, put } = newStore();
  for (const name of ['/p/a', '/p/b', '/p/q/c', '/pp/d']) await put(name);
  const names = async (operation: string, input: JsonObject) =>
    ((await call(operation, input)).Parameters as { Name: string }[]).map(({ Name }) => Name);
  expect(await call('GetParameters', { Names: ['/p/a', '/x'] })).toMatchObject({ InvalidParameters: ['/x'] });
  expect(await names('GetParametersByPath', { Path: '/p' })).toEqual(['/p/a', '/p/b']);
  expect(await names('GetParametersByPath', { Path: '/p/', Recursive: true })).toEqual(['/p/a', '/p/b', '/p/q/c']);
  const filters = [{ Key: 'Name', Option: 'BeginsWith', Values: ['/pp'] }];
  expect(await names('DescribeParameters', { ParameterFilters: filters })).toEqual(['/pp/d']);
  expect(await call('DeleteParameters', { Names: ['/p/a', '/x'] })).toEqual({
    DeletedParameters: ['/p/a'],
    InvalidParameters: ['/x'],
  });
});

test.each([
  [{ Name: 'a/b', Value: 'v', Type: 'String' }, 'ValidationException'],
  [{ Name: '/aws/x', Value: 'v', Type: 'String' }, 'ValidationException'],
  [{ Name: '/a', Value: 'x'.repeat(4097), Type: 'String' }, 'ValidationException'],
  [{ Name: '/a', Value: 'v' }, 'ValidationException'],
  [{ Name: '/a', Value: 'v', Type: 'String', AllowedPattern: '\\d+' }, 'ParameterPatternMismatchException'],
])('PutParameter refuses %j', async (input, code) => {
  await expect(newStore().call('PutParameter', input)).rejects.toMatchObject({ code });
});
