import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Sighting } from '../../../../core/processing/sighting.ts';
import { Sightings } from '../../../../core/processing/sightings.ts';

/** Few ids, of which some share their word, and some their time, in any order; each time with another content. */
const sightings = fc.array(
  fc.tuple(fc.nat(6), fc.nat(3)).map(
    ([id, rest]): Sighting => ({
      imprint: `id-000${id}-content-${rest}`,
      idTime: 1000 + (id >> 1),
      first: 0,
      second: 0,
      third: 0,
      fourth: id % 3,
      timeMs: 0,
    }),
  ),
  { maxLength: 40 },
);

it('Sightings finds those of the same id, the oldest first, as a list would', () => {
  fc.assert(
    fc.property(sightings, all => {
      const brought = new Sightings();
      all.forEach((sighting, index) => {
        const before = all
          .slice(0, index)
          .filter(({ imprint }) => imprint.slice(0, 7) === sighting.imprint.slice(0, 7));
        expect(brought.ofSameId(sighting)).toEqual(before);
        brought.add(sighting);
      });
      expect(brought.all).toEqual(all);
    }),
  );
});

it('Sightings finds an id again whose time is that of the newest', () => {
  const brought = new Sightings();
  const one: Sighting = { imprint: 'same-id-a', idTime: 5, first: 0, second: 0, third: 0, fourth: -1, timeMs: 0 };
  brought.add(one);
  expect(brought.ofSameId({ ...one, imprint: 'same-id-b' })).toEqual([one]);
});

it('Sightings finds an id again among many of one time', () => {
  const brought = new Sightings();
  const all = Array.from({ length: 100 }, (_, id): Sighting => {
    return { imprint: `id-${1000 + id}-a`, idTime: 5, first: 0, second: 0, third: 0, fourth: id, timeMs: 0 };
  });
  for (const sighting of all) {
    expect(brought.ofSameId(sighting)).toEqual([]);
    brought.add(sighting);
  }
  for (const sighting of all) expect(brought.ofSameId(sighting)).toEqual([sighting]);
});
