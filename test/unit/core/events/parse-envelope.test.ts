import { describe, expect, it } from 'vitest';
import { parseEnvelope } from '../../../../core/index.ts';

const envelope = {
  specversion: '1.0',
  id: '01JF3Z8Q6W9X5V4T3S2R1Q0P9N',
  source: 'https://shop.example/web',
  type: 'behaviour.page.viewed.v1',
  subject: 'visitor-1',
  time: '2026-03-01T09:00:00Z',
  data: { url: '/' },
};

function problemOf(change: Record<string, unknown>) {
  const parsed = parseEnvelope({ ...envelope, ...change });
  return parsed.ok ? undefined : parsed.problem;
}

describe('parseEnvelope', () => {
  it('takes a CloudEvent with its extensions as it is', () => {
    const event = { ...envelope, tenantid: 't1', traceparent: '00-ab-cd-01', shopversion: 7 };
    expect(parseEnvelope(event)).toEqual({ ok: true, value: event });
  });

  it('takes a null attribute as absent', () => {
    expect(parseEnvelope({ ...envelope, tenantid: null })).toEqual({ ok: true, value: envelope });
  });

  it.each([
    ['no object', [1], ''],
    ['null', null, ''],
    ['text', 'event', ''],
  ])('refuses %s', (_, value, field) => {
    expect(parseEnvelope(value)).toMatchObject({ ok: false, problem: { field, reason: /JSON object/ } });
  });

  it.each(['specversion', 'id', 'source', 'type', 'subject', 'time'])('names %s when it is missing', field => {
    expect(problemOf({ [field]: undefined })).toEqual({ field, reason: 'is required' });
  });

  it.each([
    ['specversion', '0.3', "must be '1.0'"],
    ['id', 'order-17', 'must be a ULID or UUIDv7'],
    ['id', '0f8fad5b-d9cb-469f-a165-70867728950e', 'must be a ULID or UUIDv7'],
    ['id', '81JF3Z8Q6W9X5V4T3S2R1Q0P9N', 'must be a ULID or UUIDv7'],
    ['type', 'page-viewed', "must be '<domain>.<aggregate>.<past-tense>.v<major>'"],
    ['type', 'behaviour.page.viewed.v0', "must be '<domain>.<aggregate>.<past-tense>.v<major>'"],
    ['subject', '', 'must be non-empty text'],
    ['subject', 'x'.repeat(257), 'must be at most 256 characters'],
    ['time', 'yesterday', 'must be an RFC 3339 timestamp'],
    ['time', '2026-02-30T00:00:00Z', 'must be an RFC 3339 timestamp'],
    ['time', '2026-03-01T09:00:00', 'must be an RFC 3339 timestamp'],
    ['time', 1_772_355_600, 'must be non-empty text'],
    ['datacontenttype', 'text/xml', 'must be application/json'],
    ['data_base64', 'AAEC', 'binary data is not accepted: send JSON in data'],
    ['tenantId', 't1', 'attribute names must be 1 to 32 lower-case letters or digits'],
    ['tenantid', 5, 'must be non-empty text'],
    ['constructor', { a: 1 }, 'extension attributes must be text, boolean or integer'],
    ['correlationid', 'x'.repeat(129), 'must be at most 128 characters'],
    ['shopversion', 'x'.repeat(1025), 'must be at most 1024 characters'],
    ['cart', { items: 1 }, 'extension attributes must be text, boolean or integer'],
  ])('refuses %s = %j: %s', (field, value, reason) => {
    expect(problemOf({ [field]: value })).toMatchObject({ field, reason });
  });

  it('repeats the value that stood there, cut to a readable length', () => {
    expect(problemOf({ time: 'yesterday' })?.value).toBe('yesterday');
    expect(String(problemOf({ subject: 'x'.repeat(10_000) })?.value)).toHaveLength(200);
  });

  it('takes an attribute that only looks like a member of every object', () => {
    expect(problemOf({ constructor: 7 })).toBeUndefined();
  });

  it('repeats no more than 200 characters of an attribute name either', () => {
    expect(problemOf({ ['X'.repeat(5_000)]: 1 })?.field).toHaveLength(200);
  });

  it.each(['2026-03-01T09:00:00.123456Z', '2026-03-01t09:00:00z', '2026-03-01T10:00:00+01:00', '2024-02-29T00:00:00Z'])(
    'accepts the time %s',
    time => {
      expect(problemOf({ time })).toBeUndefined();
    },
  );
});
