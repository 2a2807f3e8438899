import { afterEach, describe, expect, it } from 'vitest';
import { ssmService } from '../../../local/services/ssm/ssm-service.ts';
import { type RestartableCloud, restartableClouds } from '../../support/restartable-cloud.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

function start(): Promise<RestartableCloud> {
  const clouds = restartableClouds(cloud => cloud.register(ssmService(cloud)), { snapshotAfterBytes: 4_000 });
  removers.push(clouds.remove);
  return clouds.start();
}

describe('Parameter Store after kill -9', () => {
  it('has every version of every parameter, and not those that were deleted or pushed out', async () => {
    const before = await start();
    const put = (Name: string, Value: string, more = {}) =>
      before.call('ssm', 'PutParameter', { Name, Value, Type: 'String', Overwrite: true, ...more });
    await put('/a/b', 'first', { Description: 'd', AllowedPattern: '.*' });
    await before.clock.advance(1_500);
    await put('/a/b', 'second', { Type: 'StringList' });
    await put('gone', 'x');
    await before.journal.settled();
    await before.call('ssm', 'DeleteParameter', { Name: 'gone' });
    for (let n = 0; n < 120; n++) {
      await put('many', String(n));
      await before.journal.settled();
    }

    const after = await before.restarted();

    for (const [operation, input] of [
      ['DescribeParameters', {}],
      ['GetParameterHistory', { Name: '/a/b' }],
      ['GetParameterHistory', { Name: 'many' }],
      ['GetParameter', { Name: '/a/b:1' }],
      ['GetParametersByPath', { Path: '/', Recursive: true }],
    ] as const)
      expect(await after.call('ssm', operation, input)).toEqual(await before.call('ssm', operation, input));
    await expect(after.call('ssm', 'GetParameter', { Name: 'gone' })).rejects.toMatchObject({
      code: 'ParameterNotFound',
    });
    expect(await after.call('ssm', 'PutParameter', { Name: 'many', Value: 'x', Overwrite: true })).toMatchObject({
      Version: 121,
    });
  });
});
