import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { queue, RecordingCloud } from './recording-cloud.ts';

const detail = {
  command: 'update-account',
  payload: { acc_id: '0a787ecb-4015', sf_id: 'baz' },
  listsingle: ['HIGH'],
  listmulti: ['ACTIVE', 'INACTIVE'],
  valid: true,
  n: 1,
};

async function received(target: JsonObject, detailText: string = JSON.stringify(detail)): Promise<string | undefined> {
  const aws = new RecordingCloud();
  await aws.events('CreateEventBus', { Name: 'bus' });
  await aws.rule('r', [{ Id: 'q', Arn: queue('q'), ...target }], { EventBusName: 'bus' });
  await aws.put({ Detail: detailText, EventBusName: 'bus', Source: 'core' });
  return aws.messages('q')[0];
}

const transformed = (InputTemplate: string, InputPathsMap: JsonObject, text?: string) =>
  received({ InputTransformer: { InputPathsMap, InputTemplate } }, text);

const PATHS = {
  userId: '$.detail.payload.acc_id',
  payload: '$.detail.payload',
  listsingle: '$.detail.listsingle',
  listmulti: '$.detail.listmulti',
  valid: '$.detail.valid',
  none: '$.detail.none',
};

describe('Input and InputPath', () => {
  test('a constant takes the place of the event', async () => {
    expect(await received({ Input: '{ "a": 1 }' })).toBe('{ "a": 1 }');
  });

  test.each([
    ['$.detail.payload', '{"acc_id":"0a787ecb-4015","sf_id":"baz"}'],
    ['$.detail.listmulti[1]', '"INACTIVE"'],
    ["$['detail']['n']", '1'],
    ['$.detail.payload.*', '["0a787ecb-4015","baz"]'],
  ])('%s', async (path, expected) => {
    expect(await received({ InputPath: path })).toBe(expected);
  });

  test('numbers pass through as they were spelled', async () => {
    expect(await received({ InputPath: '$.detail' }, '{"id": 12345678901234567890, "price": 1.0}')).toBe(
      '{"id":12345678901234567890,"price":1.0}',
    );
  });
});

describe('InputTransformer, as recorded from AWS', () => {
  test.each([
    [
      '{"path": "users/<userId>", "bod": <payload>}',
      '{"path": "users/0a787ecb-4015", "bod": {"acc_id":"0a787ecb-4015","sf_id":"baz"}}',
    ],
    ['"Payload of <payload> and <userId>"', '"Payload of {acc_id:0a787ecb-4015,sf_id:baz} and 0a787ecb-4015"'],
    ['{"bod": [<userId>, "hardcoded"]}', '{"bod": ["0a787ecb-4015", "hardcoded"]}'],
    ['"<listsingle> single"\n"<listmulti> multi"', '"[HIGH] single"\n"[ACTIVE,INACTIVE] multi"'],
    ['{"single": <listsingle>}', '{"single": ["HIGH"]}'],
    ['{"twice": "<userId>/<userId>"}', '{"twice": "0a787ecb-4015/0a787ecb-4015"}'],
    ['"Command is <valid>!"', '"Command is true!"'],
    ['{"none": <none>}', '{"none": ""}'],
    ['"none: <none>"', '"none: "'],
    ['"{[/ <userId>"', '"{[/ 0a787ecb-4015"'],
  ])('%s', async (template, expected) => {
    expect(await transformed(template, PATHS)).toBe(expected);
  });

  test('text with quotes stays text', async () => {
    const text = JSON.stringify({ payload: { acc_id: 'a "b"\n' } });
    expect(await transformed('{"id": "<userId>"}', PATHS, text)).toBe('{"id": "a \\"b\\"\\n"}');
  });

  test('a value that looks like a placeholder is not filled again', async () => {
    const text = JSON.stringify({ payload: { acc_id: '<valid>' } });
    expect(await transformed('{"id": <userId>}', PATHS, text)).toBe('{"id": "<valid>"}');
  });

  test('reserved variables need no path', async () => {
    const arn = 'arn:aws:events:eu-west-1:000000000000:rule/bus/r';
    const template = '"<aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>"';
    expect(await transformed(template, {})).toBe(`"${arn} r 2026-01-01T00:00:00Z"`);
  });

  test('the event with and without its detail', async () => {
    const template = '{"head": <aws.events.event>, "all": <aws.events.event.json>}';
    const { head, all } = JSON.parse((await transformed(template, {})) ?? '');
    expect(head).toEqual({
      id: all.id,
      account: '000000000000',
      detailType: 'type',
      time: '2026-01-01T00:00:00Z',
      source: 'core',
      region: 'eu-west-1',
      resources: [],
      version: '0',
    });
    expect(all).toMatchObject({ 'detail-type': 'type', detail });
  });
});
