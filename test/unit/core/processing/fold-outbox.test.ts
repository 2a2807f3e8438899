import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CloudEvent } from '../../../../core/index.ts';
import { addFact } from '../../../../core/processing/fact-measure.ts';
import { jsonBytes, jsonUnits, MAX_UNIT_BYTES, roughBytes } from '../../../../core/processing/fold-limits.ts';
import { FoldOutbox } from '../../../../core/processing/fold-outbox.ts';
import { outboxTexts } from '../../../../core/processing/outbox-text.ts';

/** Values that a state or a fact may have: JSON of every script, and what JSON leaves out. */
const value = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary' }),
  fc.dictionary(
    fc.string({ unit: 'binary' }),
    fc.oneof(fc.constant(undefined), fc.double(), fc.string({ unit: 'binary' })),
  ),
  fc.array(fc.oneof(fc.constant(undefined), fc.double(), fc.string())),
);

describe('jsonUnits', () => {
  it('is never less than a sixth of the bytes that the JSON has', () => {
    fc.assert(fc.property(value, any => jsonUnits(any) * MAX_UNIT_BYTES >= jsonBytes(any)));
    for (const worst of ['\0'.repeat(50), '\ud800'.repeat(50), [-Math.PI * 1e-300], { '\0': '\0' }]) {
      expect(jsonUnits(worst) * MAX_UNIT_BYTES).toBeGreaterThanOrEqual(jsonBytes(worst));
    }
  });

  it('is about the length of a usual JSON', () => {
    const state = {
      visitorId: 'visitor-1',
      visits: 3,
      firstSeenAtMs: 1_790_000_000_000,
      cart: undefined,
      items: [{ a: 1 }],
    };
    expect(Math.abs(jsonUnits(state) - jsonBytes(state))).toBeLessThan(5);
  });

  it('leaves to JSON.stringify what only that knows', () => {
    const own = { at: 1 } as { at: number; self?: unknown };
    own.self = own;
    for (const strange of [new Date(0), { at: new Date(0) }, { big: 1n }, { toJSON: () => 'x'.repeat(1000) }, own]) {
      expect(jsonUnits(strange)).toBe(Number.POSITIVE_INFINITY);
    }
    expect(roughBytes({ at: new Date(0) }, 1000)).toBe(jsonBytes({ at: new Date(0) }));
    expect(() => roughBytes(own, 1000)).toThrow(TypeError);
  });
});

function fact(text: string): CloudEvent {
  return { specversion: '1.0', id: 'i', source: 's', type: 't', subject: 'k', time: 'x', data: { text } };
}

describe('addFact', () => {
  it('is never less than the bytes that the JSON has, whatever the facts before were', () => {
    const odd = fc.oneof(fc.constantFrom('\0', 'é', '"', '\\', 'plain', 'as plain'), fc.string({ unit: 'binary' }));
    const facts = fc.array(
      fc.record({ type: fc.constantFrom('a', 'b'), source: odd, data: fc.oneof(odd, fc.dictionary(odd, value)) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(facts, all => {
        const measure = { about: 0, atMost: 0 };
        let bytes = 0;
        let units = 0;
        for (const each of all) {
          const own = { ...fact(''), ...each };
          addFact(measure, own);
          bytes += jsonBytes(own) + 1;
          units += jsonUnits(own) + 1;
        }
        expect(measure.atMost).toBeGreaterThanOrEqual(bytes);
        expect(measure.about).toBe(units);
      }),
    );
  });

  it('takes what comes again in facts of a type for what it is', () => {
    const again = { ...fact('x'), type: 'again' };
    addFact({ about: 0, atMost: 0 }, again);
    const measure = { about: 0, atMost: 0 };
    addFact(measure, again);
    expect(measure.atMost).toBe(measure.about);
  });

  it('leaves to JSON.stringify what only that knows', () => {
    const measure = { about: 0, atMost: 0 };
    addFact(measure, { ...fact('x'), data: new Date(0) });
    expect(measure.atMost).toBe(Number.POSITIVE_INFINITY);
  });
});

/** What an outbox that measures everything takes. */
function takenByExactMeasure(events: readonly (readonly CloudEvent[])[], maxBytes: number): (boolean | 'never')[] {
  let bytes = 0;
  return events.map(emitted => {
    const own = emitted.reduce((sum, each) => sum + jsonBytes(each) + 1, 0);
    if (own > maxBytes) return 'never';
    if (bytes > 0 && bytes + own > maxBytes) return false;
    bytes += own;
    return true;
  });
}

describe('FoldOutbox', () => {
  it('takes exactly what one takes that measures every fact to the byte', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constant('\0'.repeat(90)),
    );
    const events = fc.array(fc.array(text.map(fact), { maxLength: 3 }), { maxLength: 30 });
    fc.assert(
      fc.property(events, fc.integer({ min: 200, max: 5000 }), (emitted, maxBytes) => {
        const outbox = new FoldOutbox(maxBytes);
        const kept: CloudEvent[] = [];
        const taken = emitted.map(each => {
          try {
            if (!outbox.take(each)) return false;
            kept.push(...each);
            return true;
          } catch {
            return 'never';
          }
        });
        expect(taken).toEqual(takenByExactMeasure(emitted, maxBytes));
        expect(outbox.close()).toEqual(kept);
        expect(outboxTexts(outbox.facts)).toEqual(kept.map(each => JSON.stringify(each)));
      }),
    );
  });

  it('says of facts that no write can hold how many bytes they are', () => {
    const emitted = [fact('x'.repeat(1000))];
    expect(() => new FoldOutbox(500).take(emitted)).toThrow(
      `Cannot emit facts: at most 500 bytes per event, reached ${jsonBytes(emitted[0]) + 1}`,
    );
  });
});
