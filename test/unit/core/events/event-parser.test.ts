import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventContract, eventParser, eventProblem } from '../../../../core/index.ts';

const contract: EventContract = {
  type: 'shop.thing.happened.v1',
  problemOf: data => (typeof data === 'object' ? undefined : eventProblem('data', data, 'must be an object')),
};
const parse = eventParser([contract]);

const sound = {
  specversion: '1.0',
  id: '01JF3Z8Q6W9X5V4T3S2R1Q0P9N',
  source: 'https://shop.example/web',
  type: 'shop.thing.happened.v1',
  subject: 'visitor-1',
  time: '2026-03-01T09:00:00Z',
  data: { url: '/' },
};

/** JSON texts of events, most of them sound, many nearly so: as text, for much cannot be told by a value. */
const text = fc
  .record({
    change: fc.dictionary(
      fc.constantFrom(
        'id',
        'source',
        'type',
        'subject',
        'time',
        'data',
        'tenantid',
        'doortime',
        'datacontenttype',
        'shop',
      ),
      fc.oneof(
        fc.constantFrom<unknown>(null, true, 1, 1.5, 1e300, '', 'x', 'x'.repeat(129), 'x'.repeat(1025)),
        fc.constantFrom<unknown>(
          {},
          [],
          [[[1]]],
          'behaviour.page.viewed.v1',
          '2026-02-30T00:00:00Z',
          'application/json',
        ),
        fc.string({ unit: 'binary' }),
        fc.jsonValue({ maxDepth: 3 }),
      ),
      { maxKeys: 2 },
    ),
    inserted: fc.constantFrom(
      ...[
        '',
        '"__proto__":{"a":1},',
        '"constructor":"x",',
        '"id":"x",',
        '"data":{"a":"\\ud800"},',
        '"tenantid":"\\u0041",',
      ],
      ...[
        '"subject":"a\\ud83d\\ude00",',
        '"source":"\uffff",',
        '"source":"\ud83d\ude00é",',
        `"data":${'['.repeat(70)}${']'.repeat(70)},`,
      ],
      ...['"1":"x",', '"toString":"x",', '"data_base64":"AA==",', '"Upper":"x",', '"data":1e999,'],
    ),
    isReversed: fc.boolean(),
  })
  .map(({ change, inserted, isReversed }) => {
    const entries = Object.entries({ ...sound, ...change });
    const json = JSON.stringify(Object.fromEntries(isReversed ? entries.toReversed() : entries));
    return isReversed
      ? `{${inserted}${json.slice(1)}`
      : json.replace(/\}$/, `${inserted && `,${inserted.slice(0, -1)}`}}`);
  });

describe('eventParser', () => {
  it('judges an event by its text at a glance as it judges it without, to the letter', () => {
    let accepted = 0;
    fc.assert(
      fc.property(text, json => {
        const quick = parse(JSON.parse(json), json);
        expect(quick).toEqual(parse(JSON.parse(json)));
        if (quick.ok) accepted += 1;
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it('refuses what is nested one level too deep, and takes what is not, text or no text', () => {
    const nested = (levels: number) =>
      JSON.stringify(sound).replace('"/"', `${'['.repeat(levels)}1${']'.repeat(levels)}`);
    for (const [levels, ok] of [
      [61, true],
      [62, true],
      [63, false],
      [64, false],
    ] as const) {
      expect(parse(JSON.parse(nested(levels)), nested(levels)).ok).toBe(ok);
      expect(parse(JSON.parse(nested(levels))).ok).toBe(ok);
    }
  });

  it('looks at every attribute, whatever the event before had in its place', () => {
    const json = JSON.stringify(sound);
    const other = json.replace('"source"', '"sourcE"');
    expect(parse(sound, json).ok).toBe(true);
    expect(parse(JSON.parse(other), other)).toMatchObject({ ok: false, problem: { field: 'source' } });
    expect(parse(sound, json).ok).toBe(true);
  });
});
