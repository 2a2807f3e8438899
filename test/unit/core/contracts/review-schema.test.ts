import { describe, expect, it } from 'vitest';
import { reviewSchema, type SchemaObject } from '../../../../core/index.ts';

const booked = {
  'x-type': 'travel.trip.booked.v1',
  'x-version': '1.2.3',
  'x-owner': 'team-travel',
  type: 'object',
  properties: { seats: { type: 'integer', description: 'Seats.', 'x-classification': 'internal' } },
  required: ['seats'],
} as const;

const problemsOf = (next: SchemaObject, ...previous: readonly SchemaObject[]) =>
  reviewSchema(previous.length === 0 ? [booked] : previous, next).map(({ rule, field }) => `${rule} ${field}`);

function withField(version: string, name: string, schema: SchemaObject = { type: 'string' }): SchemaObject {
  return { ...booked, 'x-version': version, properties: { ...booked.properties, [name]: schema } };
}

describe('reviewSchema', () => {
  it('accepts what is unchanged, what is new, and an optional field in a new minor version', () => {
    expect(problemsOf(booked)).toEqual([]);
    expect(reviewSchema([], booked)).toEqual([]);
    expect(problemsOf(withField('1.3.0', 'note'))).toEqual([]);
    expect(problemsOf(booked, withField('1.1.0', 'note')), 'and its removal').toEqual([]);
  });

  it('wants a version that says how much has changed', () => {
    expect(problemsOf(withField('1.2.4', 'note'))).toEqual(['version x-version']);
    expect(problemsOf({ ...booked, 'x-owner': 'team-trips' })).toEqual(['version x-version']);
    expect(problemsOf({ ...booked, 'x-owner': 'team-trips', 'x-version': '1.2.4' })).toEqual([]);
    expect(problemsOf({ ...booked, 'x-version': '2.0.0' }), 'the type says v1').toEqual(['version x-version']);
    expect(problemsOf({ ...booked, 'x-version': '1.3' })).toEqual(['version x-version']);
  });

  it('counts a new classification as a change of rules, and a field called description as a field', () => {
    const seats = { ...booked.properties.seats, 'x-classification': 'public' };
    expect(problemsOf({ ...booked, 'x-version': '1.2.4', properties: { seats } })).toEqual(['version x-version']);
    const described = withField('1.2.3', 'description');
    expect(problemsOf(withField('1.2.4', 'description', { type: 'string', maxLength: 9 }), described)).toContain(
      'version x-version',
    );
  });

  it('refuses what would break readers before or after, and names the field', () => {
    expect(problemsOf({ ...booked, 'x-version': '1.3.0', required: [] })).toEqual(['required data.seats']);
    const seats = { ...booked.properties.seats, type: 'string' };
    expect(problemsOf({ ...booked, 'x-version': '1.3.0', properties: { seats } })).toEqual([
      'type data.seats',
      'type data.seats',
    ]);
  });

  it('remembers a field that was removed: it does not come back as something else', () => {
    const versions = [withField('1.1.0', 'note', { type: 'integer' }), booked];
    expect(problemsOf(withField('1.3.0', 'note'), ...versions)).toContain('type data.note');
    const latestOnly = { ...withField('1.3.0', 'note'), 'x-compatibility': 'full' };
    expect(problemsOf(latestOnly, ...versions)).toEqual([]);
  });

  it('refuses a mode that there is not', () => {
    expect(problemsOf({ ...booked, 'x-compatibility': 'sideways' })).toEqual(['mode x-compatibility']);
  });
});
