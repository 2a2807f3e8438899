import { describe, expect, it } from 'vitest';
import {
  defineProcessor,
  domainOf,
  foldLimits,
  foldProcessor,
  schemaContract,
  settingVariable,
  type Validator,
} from '../../../../core/index.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';

const isNumber: Validator<number> = (data): data is number => typeof data === 'number';
const isText: Validator<string> = (data): data is string => typeof data === 'string';
const added = schemaContract('sums.number.added.v1', isNumber);
const named = schemaContract('sums.sum.named.v1', isText);
const other = schemaContract('others.sum.named.v1', isText);

const base = { description: 'Adds up', guarantee: 'fold', initialState: () => 0 } as const;
const keep = (state: number) => ({ state, emitted: [] });

describe('defineProcessor', () => {
  it('gives events the types of the contracts that it accepts, and evolve its settings', () => {
    const sum = defineProcessor({
      ...base,
      name: 'sum',
      accepts: [added, named],
      settings: ['weightGrams'],
      evolve: (state, event, { weightGrams }) => {
        if (event.type === 'sums.sum.named.v1') return keep(state + event.data.length); // data is a string here
        return keep(state + event.data * weightGrams); // and a number here
      },
    });
    const processor = foldProcessor(sum, { weightGrams: 3 });
    const event = { ...pageViewed(), type: 'sums.number.added.v1' as const, data: 7 };
    expect(processor.accepts(event)).toBe(true);
    expect(processor.accepts({ ...event, type: 'sums.number.removed.v1' })).toBe(false);
    expect(processor.key(event)).toBe('visitor-1');
    expect(processor.evolve(1, event).state).toBe(22);
  });

  it('refuses names that make no resource, settings that make no variable, and events of two domains', () => {
    const define = (given: object) => () =>
      defineProcessor({ ...base, name: 'sum', accepts: [added], evolve: keep, ...given });
    expect(define({ name: 'My Sum' })).toThrow("must be in kebab case, received 'My Sum'");
    expect(define({ settings: ['WEIGHT'] })).toThrow("must be in camel case, received 'WEIGHT'");
    expect(define({ accepts: [added, other] })).toThrow('events of one domain, received [sums,others]');
    expect(define({ accepts: [] })).toThrow('events of one domain, received []');
  });

  it('says its domain, its limits, and the variables of its settings', () => {
    const sum = defineProcessor({ ...base, name: 'sum', accepts: [added], evolve: keep, recentIds: { limit: 9 } });
    expect(domainOf(sum)).toBe('sums');
    expect(foldLimits(sum).recentIds).toMatchObject({ limit: 9, windowMs: 24 * 60 * 60 * 1000 });
    expect(settingVariable('sessionGapMinutes')).toBe('SESSION_GAP_MINUTES');
  });
});
