import { afterEach, describe, expect, it } from 'vitest';
import { bundle, lambdaFixture, ROLE_ARN } from './lambda-fixture.ts';

const fixtures: ReturnType<typeof lambdaFixture>[] = [];

function fixture() {
  const made = lambdaFixture();
  fixtures.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(fixtures.splice(0).map(({ cloud }) => cloud.close()));
});

const ECHO = 'export const handler = async event => ({ event });';

describe('CreateFunction', () => {
  it('answers the configuration with the defaults of AWS', async () => {
    const { create, call } = fixture();
    expect(await create('f', ECHO)).toMatchObject({
      FunctionName: 'f',
      FunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: ROLE_ARN,
      Timeout: 3,
      MemorySize: 128,
      Environment: { Variables: {} },
      EphemeralStorage: { Size: 512 },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/f' },
      TracingConfig: { Mode: 'PassThrough' },
      PackageType: 'Zip',
      Version: '$LATEST',
    });
    expect(await call('GetFunctionConfiguration', { FunctionName: 'f' })).toMatchObject({ FunctionName: 'f' });
  });

  it.each([
    ['a taken name', { FunctionName: 'f' }, 'ResourceConflictException'],
    ['a bad name', { FunctionName: 'no spaces' }, 'ValidationException'],
    ['a timeout above 15 minutes', { FunctionName: 'g', Timeout: 901 }, 'ValidationException'],
    ['no code', { FunctionName: 'g', Code: {} }, 'InvalidParameterValueException'],
    ['a missing folder', { FunctionName: 'g', Code: { LocalDirectory: '/nowhere' } }, 'InvalidParameterValueException'],
    ['another language', { FunctionName: 'g', Runtime: 'python3.13' }, 'InvalidParameterValueException'],
    [
      'a reserved variable',
      { FunctionName: 'g', Environment: { Variables: { AWS_REGION: 'x' } } },
      'InvalidParameterValueException',
    ],
  ])('refuses %s', async (_, changes, code) => {
    const { create } = fixture();
    await create('f', ECHO);
    await expect(create('unused', ECHO, changes)).rejects.toMatchObject({ code });
  });

  it('has log levels with JSON lines, and refuses them with text', async () => {
    const { create, call } = fixture();
    const LoggingConfig = { LogFormat: 'JSON', SystemLogLevel: 'WARN' };
    const levels = { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'WARN' };
    expect(await create('f', ECHO, { LoggingConfig })).toMatchObject({ LoggingConfig: levels });
    const change = (config: object) =>
      call('UpdateFunctionConfiguration', { FunctionName: 'f', LoggingConfig: config });
    expect(await change({ LogGroup: '/mine' })).toMatchObject({ LoggingConfig: { ...levels, LogGroup: '/mine' } });
    await expect(change({ LogFormat: 'Text', SystemLogLevel: 'WARN' })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: 'LogFormat must be JSON in order to set ApplicationLogLevel or SystemLogLevel.',
    });
    const { LoggingConfig: plain } = (await change({ LogFormat: 'Text' })) as { LoggingConfig: object };
    expect(plain).toEqual({ LogFormat: 'Text', LogGroup: '/mine' });
  });

  it('runs inline source', async () => {
    const { create, invoke } = fixture();
    await create('inline', '', { Code: { ZipFile: 'exports.handler = async () => "inline";' } });
    expect((await invoke('inline')).Payload).toBe('inline');
  });
});

describe('Invoke', () => {
  it.each(['f', 'arn:aws:lambda:eu-west-1:000000000000:function:f', '000000000000:function:f', 'f:$LATEST'])(
    'finds the function by %s',
    async name => {
      const { create, invoke } = fixture();
      await create('f', ECHO);
      expect(await invoke(name, { n: 1 })).toEqual({
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        Payload: { event: { n: 1 } },
      });
    },
  );

  it('answers function errors with status 200 and the error as payload', async () => {
    const { create, invoke, metrics } = fixture();
    await create('f', `export const handler = async () => { throw new TypeError('bad'); };`);
    expect(await invoke('f')).toMatchObject({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      Payload: { errorType: 'TypeError', errorMessage: 'bad' },
    });
    const values = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ Invocations: 1, Errors: 1, ConcurrentExecutions: 1 });
    expect(metrics.every(({ dimensions }) => dimensions.FunctionName === 'f')).toBe(true);
  });

  it('does not know functions that are not there', async () => {
    const { invoke } = fixture();
    await expect(invoke('nobody')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
      message: 'Function not found: arn:aws:lambda:eu-west-1:000000000000:function:nobody',
    });
  });

  it('refuses requests above 6 MB and events above 1 MB', async () => {
    const { create, call } = fixture();
    await create('f', ECHO);
    const refused = { code: 'RequestTooLargeException', status: 413 };
    const payload = (size: number) => JSON.stringify('x'.repeat(size));
    await expect(call('Invoke', { FunctionName: 'f', Payload: payload(6_291_455) })).rejects.toMatchObject(refused);
    await expect(
      call('Invoke', { FunctionName: 'f', InvocationType: 'Event', Payload: payload(1_048_575) }),
    ).rejects.toMatchObject(refused);
  });

  it('throttles above the reserved concurrency, and counts it', async () => {
    const { create, call, invoke, metrics } = fixture();
    await create('f', 'export const handler = async () => new Promise(r => setTimeout(r, 50, 1));');
    await call('PutFunctionConcurrency', { FunctionName: 'f', ReservedConcurrentExecutions: 2 });
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => invoke('f')));
    const refused = outcomes.filter(outcome => outcome.status === 'rejected');
    expect(refused).toHaveLength(3);
    expect(refused[0]?.reason).toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
      message: 'Rate Exceeded.',
      fields: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
    expect(metrics.filter(({ name }) => name === 'Throttles')).toHaveLength(3);
    expect((await invoke('f')).Payload).toBe(1);
  });

  it('takes changed settings from the next invocation on', async () => {
    const { create, call, invoke } = fixture();
    await create('f', 'export const handler = async () => process.env.MODE ?? null;');
    expect((await invoke('f')).Payload).toBeNull();
    await call('UpdateFunctionConfiguration', { FunctionName: 'f', Environment: { Variables: { MODE: 'new' } } });
    expect((await invoke('f')).Payload).toBe('new');
    await call('UpdateFunctionCode', { FunctionName: 'f', LocalDirectory: bundle(ECHO) });
    expect((await invoke('f', 1)).Payload).toEqual({ event: 1 });
  });
});

describe('Versions and aliases', () => {
  it('keep what they were published with', async () => {
    const { create, call, invoke } = fixture();
    const settings = (Generation: string) => ({ Environment: { Variables: { Generation } } });
    const source =
      'export const handler = async (e, c) => [process.env.Generation, c.functionVersion, c.invokedFunctionArn];';
    await create('f', source, settings('one'));
    expect(await call('PublishVersion', { FunctionName: 'f' })).toMatchObject({ Version: '1' });
    expect(await call('PublishVersion', { FunctionName: 'f' })).toMatchObject({ Version: '1' });
    await call('CreateAlias', { FunctionName: 'f', Name: 'live', FunctionVersion: '1' });
    await call('UpdateFunctionConfiguration', { FunctionName: 'f', ...settings('two') });
    const arn = 'arn:aws:lambda:eu-west-1:000000000000:function:f';
    expect((await invoke('f:live')).Payload).toEqual(['one', '1', `${arn}:live`]);
    expect((await invoke(`${arn}:1`)).ExecutedVersion).toBe('1');
    expect((await invoke('f')).Payload).toEqual(['two', '$LATEST', arn]);
  });

  it('share the invocations by weight', async () => {
    const { clock, create, call, invoke } = fixture();
    await create('f', 'export const handler = async (e, c) => c.functionVersion;');
    await call('PublishVersion', { FunctionName: 'f' });
    await clock.advance(1);
    await call('UpdateFunctionConfiguration', { FunctionName: 'f', Description: 'next' });
    await call('PublishVersion', { FunctionName: 'f' });
    await call('CreateAlias', {
      FunctionName: 'f',
      Name: 'live',
      FunctionVersion: '1',
      RoutingConfig: { AdditionalVersionWeights: { '2': 0.25 } },
    });
    const counts: Record<string, number> = {};
    for (let i = 0; i < 200; i++) {
      const { Payload } = await invoke('f:live');
      counts[Payload] = (counts[Payload] ?? 0) + 1;
    }
    expect(counts['2']).toBeGreaterThan(25);
    expect(counts['2']).toBeLessThan(80);
  });
});

describe('AddPermission', () => {
  it('builds the resource policy of the function', async () => {
    const { cloud, create, call } = fixture();
    await create('f', ECHO);
    await call('AddPermission', {
      FunctionName: 'f',
      StatementId: 'rule',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: 'arn:aws:events:eu-west-1:000000000000:rule/r',
    });
    const statement = {
      Sid: 'rule',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
      Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:events:eu-west-1:000000000000:rule/r' } },
    };
    const policy = { Version: '2012-10-17', Id: 'default', Statement: [statement] };
    expect(JSON.parse(String((await call('GetPolicy', { FunctionName: 'f' })).Policy))).toEqual(policy);
    expect(cloud.service('lambda')?.resourcePolicy?.(statement.Resource)).toEqual(policy);
  });

  it('says what a call needs', () => {
    const { cloud } = fixture();
    const permissions = cloud.service('lambda')?.permissions;
    expect(permissions?.('Invoke', { FunctionName: 'f' })).toEqual([
      { action: 'lambda:InvokeFunction', resources: ['arn:aws:lambda:eu-west-1:000000000000:function:f'] },
    ]);
    expect(permissions?.('Invoke', { FunctionName: 'f:live' })).toEqual([
      { action: 'lambda:InvokeFunction', resources: ['arn:aws:lambda:eu-west-1:000000000000:function:f:live'] },
    ]);
  });
});
