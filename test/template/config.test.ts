import { describe, expect, it } from 'vitest';
import { readConfig, refuseUnknownSettings, SETTING_NAMES } from '../../lib/config.ts';

const read = (context: Record<string, unknown> = {}, environment: Record<string, string> = {}) =>
  readConfig(name => context[name], environment);

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(read()).toMatchObject({
      stage: 'dev',
      region: undefined,
      account: undefined,
      architecture: 'arm64',
      retainData: false,
      stream: { shards: { mode: 'on-demand' }, retentionHours: 24 },
      api: { authorization: 'none' },
    });
  });

  it('keeps data and wants signed requests in production, unless told otherwise', () => {
    expect(read({ stage: 'prod' })).toMatchObject({ retainData: true, api: { authorization: 'iam' } });
    const told = read({ stage: 'prod', retainData: 'false', apiAuthorization: 'none' });
    expect(told).toMatchObject({ retainData: false, api: { authorization: 'none' } });
  });

  it('asks the context before the environment', () => {
    expect(read({}, { MILLRACE_STAGE: 'test' }).stage).toBe('test');
    expect(read({ stage: 'qa' }, { MILLRACE_STAGE: 'test' }).stage).toBe('qa');
    expect(read({}, { MILLRACE_MAX_RECORD_AGE_HOURS: '6' }).processor.maxRecordAgeHours).toBe(6);
  });

  it('takes numbers as text and as numbers', () => {
    const shards = { mode: 'provisioned', count: 12 };
    expect(read({ shardMode: 'provisioned', shardCount: '12' }).stream.shards).toEqual(shards);
    expect(read({ shardMode: 'provisioned', shardCount: 12 }).stream.shards).toEqual(shards);
  });

  it.each([
    [
      { stage: 'Prod' },
      'stage must be a lower-case letter, then at most 11 lower-case letters or digits, received "Prod"',
    ],
    [{ stage: '' }, 'stage must be a lower-case letter, then at most 11 lower-case letters or digits, received ""'],
    [{ region: 'Frankfurt' }, 'region must be an AWS region, for example eu-central-1, received "Frankfurt"'],
    [{ account: '12345' }, 'account must be 12 digits, received "12345"'],
    [{ account: 123456789012 }, 'account must be 12 digits, received 123456789012'],
    [{ architecture: 'arm' }, 'architecture must be one of arm64, x86_64, received "arm"'],
    [{ retainData: 'yes' }, 'retainData must be true or false, received "yes"'],
    [{ retentionHours: '12' }, 'retentionHours must be a whole number from 24 to 8760, received "12"'],
    [{ retentionHours: '24.5' }, 'retentionHours must be a whole number from 24 to 8760, received "24.5"'],
    [{ retentionHours: '1e3' }, 'retentionHours must be a whole number from 24 to 8760, received "1e3"'],
    [{ shardCount: 0 }, 'shardCount must be a whole number from 1 to 10000, received 0'],
    [{ alarmEmail: 'me' }, 'alarmEmail must be an e-mail address, received "me"'],
    [{ parallelization: '11' }, 'parallelization must be a whole number from 1 to 10, received "11"'],
    [
      { retentionHours: 24, maxRecordAgeHours: 25 },
      'maxRecordAgeHours must be at most retentionHours (24), received 25',
    ],
    [{ queueBatchSize: 11 }, 'queueBatchSize above 10 needs a queueBatchWindowSeconds of at least 1, received 11'],
  ])('refuses %j and says why', (context, reason) => {
    expect(() => read(context)).toThrow(`Cannot read configuration: ${reason}`);
  });

  it('refuses a number of days that CloudWatch Logs cannot keep', () => {
    expect(() => read({ logRetentionDays: '31' })).toThrow(
      /logRetentionDays must be one of 1, 3, 5, 7, .* received "31"$/,
    );
  });
});

describe('refuseUnknownSettings', () => {
  it('lets settings and keys of the CDK pass', () => {
    refuseUnknownSettings([...SETTING_NAMES, '@aws-cdk/core:checkSecretUsage', 'aws:cdk:enable-path-metadata']);
  });

  it('names a mistyped setting', () => {
    expect(() => refuseUnknownSettings(['stage', 'stge'])).toThrow(
      "Cannot read configuration: there is no setting 'stge'",
    );
  });
});
