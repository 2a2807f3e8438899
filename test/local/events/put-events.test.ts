import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { queue, RecordingCloud } from './recording-cloud.ts';

const entry = { Source: 'shop', DetailType: 'order', Detail: '{"n":1}' };

describe('PutEvents', () => {
  test('accepts and refuses each entry by itself', async () => {
    const aws = new RecordingCloud();
    const answer = await aws.events<{ Entries: JsonObject[]; FailedEntryCount: number }>('PutEvents', {
      Entries: [
        entry,
        { ...entry, Source: undefined },
        { ...entry, Detail: undefined },
        { ...entry, Detail: '{"n":' },
        { ...entry, Detail: '[1]' },
        { ...entry, Source: 'aws.s3' },
      ],
    });
    expect(answer.FailedEntryCount).toBe(5);
    expect(answer.Entries).toEqual([
      { EventId: expect.any(String) },
      {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: 'Parameter Source is not valid. Reason: Source is a required argument.',
      },
      {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: 'Parameter Detail is not valid. Reason: Detail is a required argument.',
      },
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
    ]);
  });

  test('refuses eleven entries, and more than 1 MB together', async () => {
    const aws = new RecordingCloud();
    await expect(aws.events('PutEvents', { Entries: Array(11).fill(entry) })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(
        /^1 validation error detected: Value '\[PutEventsRequestEntry\(time=null, source=shop, .*\)\]' at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10$/,
      ),
    });
    const half = { ...entry, Detail: JSON.stringify({ text: 'é'.repeat(262_144) }) };
    await expect(aws.events('PutEvents', { Entries: [half, half] })).rejects.toMatchObject({
      message: 'Total size of the entries in the request is over the limit.',
    });
    await expect(aws.events('PutEvents', { Entries: [half] })).resolves.toMatchObject({ FailedEntryCount: 0 });
  });

  test('answers with an id for an event to a bus that does not exist, and drops it', async () => {
    const aws = new RecordingCloud();
    await aws.rule('all', [{ Id: 'q', Arn: queue('q') }]);
    const answer = await aws.put({ EventBusName: 'nowhere' });
    expect(answer).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    expect(aws.messages('q')).toEqual([]);
  });

  test('targets receive the envelope in order, compact, with every number as it was spelled', async () => {
    const aws = new RecordingCloud();
    await aws.rule('all', [{ Id: 'q', Arn: queue('q') }]);
    await aws.put({
      Detail: '{ "id": 12345678901234567890,\n "price": 1.0, "text": "a \\" b" }',
      Resources: ['arn:x'],
      Time: 1_700_000_000.9,
    });
    const [message = ''] = aws.messages('q');
    expect(message.replace(/"id":"[^"]*"/, '"id":"ID"')).toBe(
      '{"version":"0","id":"ID","detail-type":"type","source":"source","account":"000000000000","time":"2023-11-14T22:13:20Z",' +
        '"region":"eu-west-1","resources":["arn:x"],"detail":{"id":12345678901234567890,"price":1.0,"text":"a \\" b"}}',
    );
  });

  test('counts what rules match', async () => {
    const aws = new RecordingCloud();
    await aws.rule('all', [{ Id: 'q', Arn: queue('q') }]);
    await aws.put();
    const dimensions = (name: string) =>
      aws.metrics.filter(datum => datum.name === name).map(datum => datum.dimensions);
    expect(dimensions('TriggeredRules')).toEqual([{ RuleName: 'all' }, { EventBusName: 'default', RuleName: 'all' }]);
    expect(dimensions('Invocations')).toEqual([{ RuleName: 'all' }, { EventBusName: 'default', RuleName: 'all' }]);
    expect(aws.count('FailedInvocations')).toBe(0);
  });
});
