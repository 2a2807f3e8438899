import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeOf } from '../../../../core/events/event-shape.ts';
import { isDataWithinDepth, isSurelyPortable } from '../../../../core/events/portable-json.ts';
import { SHAPE_MARGIN_BYTES, ShapeReader } from '../../../../core/events/shape-reader.ts';
import { type CloudEvent, parseEnvelope, sight, sightingIn } from '../../../../core/index.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';

const scratch = Buffer.alloc(200_000);
const view = new DataView(scratch.buffer, scratch.byteOffset, scratch.length);

/** What follows a text in the buffer is what was there before: nothing of it may be read. */
function read(reader: ShapeReader, bytes: Uint8Array): CloudEvent | undefined {
  expect(bytes.length + SHAPE_MARGIN_BYTES).toBeLessThan(scratch.length);
  scratch.set(bytes);
  scratch[bytes.length] = 0;
  return reader.read(scratch, view, scratch.toString('latin1', 0, bytes.length));
}

function readerOf(...events: readonly unknown[]): ShapeReader {
  const reader = new ShapeReader({ warmUp: 0 });
  for (const event of events) reader.learn(event as CloudEvent, JSON.stringify(event));
  return reader;
}

const event = {
  ...pageViewed(),
  partitionkey: 'visitor-1',
  ingestedtime: '2026-11-21T10:00:00.123Z',
  acceptance: 'abcde01234',
};
const withData = (data: unknown) => ({ ...event, data });

/** What a text is to everybody else: nothing when it is no JSON, no sound envelope, or cannot travel. */
function parsed(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    const envelope = parseEnvelope(value);
    return envelope.ok && envelope.value === value && isSurelyPortable(text) && isDataWithinDepth(envelope.value.data)
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** Reads nothing, or exactly what everybody else reads. */
function expectSame(reader: ShapeReader, bytes: Uint8Array): boolean {
  const quick = read(reader, bytes);
  if (quick === undefined) return false;
  const value = parsed(bytes) as CloudEvent;
  expect(quick).toStrictEqual(value);
  expect(JSON.stringify(quick)).toBe(JSON.stringify(value)); // the order of names, too
  expect(sightingIn(reader.digest)).toStrictEqual(sight(value));
  return true;
}

const name = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '1', '0', '-1', 'a b', '"', '\\', 'id', 'subject', ''),
);
const leaf = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 1e21, 1e-7, 1.5, 0.1, -12.25, 123456789012345, 1234567890123456, 4.35, 9007199254740992),
  fc.boolean(),
  fc.constant(null),
);
const { value: jsonValue } = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 5 }),
  ),
}));
const data = jsonValue.map(value => JSON.parse(JSON.stringify(value ?? null)) as unknown);

describe('ShapeReader', () => {
  it('reads events of a shape that it learned, and gives what JSON.parse gives', () => {
    const reader = readerOf(withData({ url: '/a', n: 1, deep: { list: [{ q: 1.5 }, true, null, []], empty: {} } }));
    const others = [
      { url: '', n: 0, deep: { list: [{ q: -0.125 }, true, null, []], empty: {} } },
      { url: 'x'.repeat(1000), n: 123456789012345, deep: { list: [{ q: -3 }, true, null, []], empty: {} } },
    ];
    for (const other of others) expect(expectSame(reader, Buffer.from(JSON.stringify(withData(other))))).toBe(true);
    const quick = read(reader, Buffer.from(JSON.stringify(withData(others[0]))));
    expect(Object.getPrototypeOf(quick)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(quick?.data)).toBe(Object.prototype);
  });

  it('never reads anything else than JSON.parse, whatever the data', () => {
    let count = 0;
    fc.assert(
      fc.property(fc.array(data, { minLength: 1, maxLength: 5 }), data, (samples, other) => {
        const reader = readerOf(...samples.map(withData));
        for (const each of [...samples, other]) {
          if (expectSame(reader, Buffer.from(JSON.stringify(withData(each))))) count += 1;
        }
      }),
      { numRuns: 300 },
    );
    expect(count).toBeGreaterThan(100);
  });

  it('never reads anything else than JSON.parse, however a text is changed, cut or put together', () => {
    const samples = [
      withData({ url: '/a', n: 1.25 }),
      withData({ url: '/a', n: 1.25, more: -7 }),
      { ...withData([{ a: 'b' }, 17]), time: '2026-11-30T10:00:00Z', id: '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b' },
      { ...withData({ n: 7 }), doortime: true, source: 'elsewhere' },
    ];
    const texts = samples.map(sample => Buffer.from(JSON.stringify(sample)));
    const reader = readerOf(...samples);
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('0123456789-+.eE"\\{}[]:, \t\n\0\x7fTZz\u00e9')));
    const change = fc.record({
      at: fc.nat(),
      byte,
      kind: fc.constantFrom('set', 'insert', 'delete', 'cut', 'swap', 'copy'),
    });
    let count = 0;
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(change, { maxLength: 3 }), (text, changes) => {
        const changed = changes.reduce<Buffer>(
          (bytes, { at, byte: own, kind }) => changedBytes(bytes, at, own, kind),
          text,
        );
        if (expectSame(reader, changed)) count += 1;
      }),
      { numRuns: 5000 },
    );
    expect(count).toBeGreaterThan(500);
  });

  it.each([
    '01',
    '-01',
    '1.',
    '.5',
    '-',
    '+1',
    '1e5',
    '1E+2',
    '1.50',
    '1.0',
    '-0',
    '0',
    '-0.0',
    '0.1',
    '00',
    '0x1',
    'NaN',
    '1,',
    '1 ',
    '',
    '123456789012345',
    '1234567890123456',
    '0.1234567890123456',
    '99999999999999999999',
    '4.35',
    '0.000001',
    '2.5e-7',
    '"1"',
    '1_0',
  ])('reads the number %s as JSON.parse does, or not at all', number => {
    const reader = readerOf(withData({ n: 1 }));
    const text = JSON.stringify(withData({ n: 1 })).replace('{"n":1}', `{"n":${number}}`);
    expectSame(reader, Buffer.from(text));
  });

  it('gives up at times and ids that are none, and at attributes that are empty or long', () => {
    const reader = readerOf(event);
    const wrong = [
      { time: '2026-02-30T10:00:00Z' },
      { time: '2026-11-21T24:00:00Z' },
      { time: '2026-11-21' },
      { id: '81ARZ3NDEKTSV4RRFFQ69G5FAV' },
      { id: '01ARZ3NDEKTSV4RRFFQ69G5FAU' },
      { id: '0193a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b' },
      { id: '0193a1b2-c3d4-7e5f-ca9b-0c1d2e3f4a5b' },
      { subject: '' },
      { subject: 'x'.repeat(129) },
      { partitionkey: '' },
      { partitionkey: 'x'.repeat(129) },
      { acceptance: '' },
      { specversion: '1.1' },
    ];
    for (const each of wrong) expect(read(reader, Buffer.from(JSON.stringify({ ...event, ...each })))).toBeUndefined();
    for (const time of [
      '2026-11-21T10:00:00+01:00',
      '2026-11-30T10:00:00.5Z',
      '2024-02-29T10:00:00Z',
      '0099-01-01T00:00:00Z',
    ]) {
      expectSame(reader, Buffer.from(JSON.stringify({ ...event, time })));
    }
    for (const key of ['visitor-12', 'visitor-', 'visitor-2']) {
      expect(expectSame(reader, Buffer.from(JSON.stringify({ ...event, partitionkey: key })))).toBe(true);
    }
  });

  it('tells the words of an id, the moment and the hashes that everybody else finds', () => {
    const reader = readerOf(withData({ list: ['a', 1, null, true, { b: -0.5 }], text: 'odd' }));
    const ulid = fc.ulid();
    const uuid = fc.uuid({ version: 7 });
    const plain = fc.string({ unit: fc.constantFrom(...'abcXYZ019 .:/-_'), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(ulid, uuid), plain, fc.date({ noInvalidDate: true }), fc.integer(), (id, text, date, n) => {
        const time = date.toISOString();
        if (parseEnvelope({ ...event, id, time }).ok === false) return;
        const other = { ...withData({ list: [text, n, null, true, { b: n / 8 }], text }), id, time, subject: text };
        expect(expectSame(reader, Buffer.from(JSON.stringify(other)))).toBe(true);
      }),
    );
  });

  it('learns from nobody at first, and of a bounded number of shapes', () => {
    const late = new ShapeReader({ warmUp: 2, maxShapes: 1 });
    for (let i = 0; i < 2; i++) late.learn(event as CloudEvent, JSON.stringify(event));
    expect(late.hasLearned).toBe(false);
    late.learn(event as CloudEvent, JSON.stringify(event));
    expect(late.hasLearned).toBe(true);
    const other = withData({ other: 1 });
    late.learn(other as CloudEvent, JSON.stringify(other));
    expect(read(late, Buffer.from(JSON.stringify(event)))).toEqual(event);
    expect(read(late, Buffer.from(JSON.stringify(other)))).toBeUndefined();
  });
});

function changedBytes(bytes: Buffer, where: number, byte: number, kind: string): Buffer {
  const at = where % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  if (kind === 'insert') return Buffer.concat([before, Buffer.of(byte), after]);
  if (kind === 'delete') return Buffer.concat([before, after.subarray(1)]);
  if (kind === 'cut') return Buffer.from(before);
  if (kind === 'swap') return Buffer.concat([before, after.subarray(1, 2), after.subarray(0, 1), after.subarray(2)]);
  if (kind === 'copy') return Buffer.concat([bytes, before]);
  return Buffer.concat([before, Buffer.of(byte), after.subarray(1)]);
}

describe('shapeOf', () => {
  it('knows none of texts that JSON.stringify would not have made', () => {
    const text = JSON.stringify(event);
    expect(shapeOf(event as CloudEvent, text)).toBeDefined();
    for (const other of [` ${text}`, text.replace('":', '" :'), text.replace('"data"', '"data":1,"data"')]) {
      expect(shapeOf(JSON.parse(other) as CloudEvent, other)).toBeUndefined();
    }
    for (const spelled of ['1.0', '1e2', '-0']) {
      const numbered = JSON.stringify(withData({ n: 1 })).replace('"n":1', `"n":${spelled}`);
      expect(shapeOf(JSON.parse(numbered) as CloudEvent, numbered)).toBeUndefined();
    }
  });

  it.each([
    ['{"__proto__":1}'],
    ['{"constructor":1}'],
    ['{"é":1}'],
    ['{"a\\"b":1}'],
    ['{"\\u2028":1}'],
    ['{"2":1,"1":2}'],
  ])('knows none of data with names that code is not made of: %s', json => {
    const text = JSON.stringify(withData(0)).replace('"data":0', `"data":${json}`);
    expect(shapeOf(JSON.parse(text) as CloudEvent, text)).toBeUndefined();
  });

  it('knows none of envelopes with attributes that are not known, or null', () => {
    for (const extra of [{ myextension: 'x' }, { tenantid: null }, { source: 'é' }]) {
      const other = { ...event, ...extra } as unknown as CloudEvent;
      expect(shapeOf(other, JSON.stringify(other))).toBeUndefined();
    }
  });
});
