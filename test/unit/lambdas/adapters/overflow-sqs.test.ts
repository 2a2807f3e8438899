import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { sqsOverflow } from '../../../../lambdas/adapters/overflow-sqs.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';
import { seededUlids, steppingClock } from '../../../support/fixed-ports.ts';

const sqs = mockClient(SQSClient);
const overflow = () =>
  sqsOverflow({
    client: new SQSClient({ region: 'eu-west-1' }),
    queueUrl: 'http://localhost/000000000000/overflow',
    clock: steppingClock(0),
    ids: seededUlids(1),
    warn: (_, details) => warned.push(details),
  });
const warned: unknown[] = [];
const successful = (input: { Entries: { Id: string }[] }, except: readonly string[] = []) => ({
  Successful: input.Entries.filter(({ Id }) => !except.includes(Id)).map(({ Id }) => ({
    Id,
    MessageId: Id,
    MD5OfMessageBody: '',
  })),
  Failed: input.Entries.filter(({ Id }) => except.includes(Id)).map(({ Id }) => ({
    Id,
    Code: 'InternalError',
    SenderFault: false,
  })),
});

describe('sqsOverflow', () => {
  beforeEach(() => sqs.reset());
  const events = Array.from({ length: 12 }, () => pageViewed());

  it('sends ten messages a call', async () => {
    sqs.on(SendMessageBatchCommand).callsFake(input => successful(input));
    expect(await overflow().keep(events)).toEqual(events.map(() => true));
    expect(sqs.commandCalls(SendMessageBatchCommand).map(call => call.args[0].input.Entries?.length)).toEqual([10, 2]);
  });

  it('sends failed entries again', async () => {
    let calls = 0;
    sqs.on(SendMessageBatchCommand).callsFake(input => successful(input, calls++ === 0 ? ['3', '4'] : []));
    expect(await overflow().keep(events)).toEqual(events.map(() => true));
    const last = sqs.commandCalls(SendMessageBatchCommand).at(-1)?.args[0].input;
    expect(last?.Entries?.map(entry => entry.Id)).toEqual(['3', '4']);
  });

  it('never says that it keeps what it does not', async () => {
    sqs.on(SendMessageBatchCommand).callsFake(input => successful(input, ['7']));
    expect((await overflow().keep(events)).flatMap((kept, i) => (kept ? [] : [i]))).toEqual([7]);
    sqs.reset();
    sqs.on(SendMessageBatchCommand).rejects(new Error('no route'));
    expect(await overflow().keep(events)).toEqual(events.map(() => false));
  });

  it('says why events were not kept, for an entry and for a whole call', async () => {
    warned.length = 0;
    sqs
      .on(SendMessageBatchCommand)
      .callsFakeOnce(input => successful(input, ['0']))
      .rejects(new Error('no route'));
    expect(await overflow().keep([pageViewed()])).toEqual([false]);
    expect(warned).toEqual([{ codes: ['InternalError'] }, { reason: 'no route' }, { reason: 'no route' }]);
  });
});
