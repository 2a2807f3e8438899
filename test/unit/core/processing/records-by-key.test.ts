import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recordsByKey } from '../../../../core/processing/records-by-key.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';

it('recordsByKey keeps records in order, and keys in the order in which they came', () => {
  const subjects = fc.array(fc.constantFrom('a', 'b', 'c', '__proto__'), { maxLength: 20 });
  fc.assert(
    fc.property(subjects, all => {
      const records = all.map((subject, index) => {
        return { sequence: String(index), arrivedAtMs: index, event: pageViewed(index, subject) };
      });
      const byKey = recordsByKey({ key: event => event.subject }, records);
      expect([...byKey]).toEqual([...Map.groupBy(records, ({ event }) => event.subject)]);
    }),
  );
});
