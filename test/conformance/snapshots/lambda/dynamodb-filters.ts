import type { JsonObject } from '../../../../local/cloud/service.ts';

/** A filter, and two items that are put one after the other. */
export interface FilterCase {
  readonly pattern: JsonObject;
  readonly first: JsonObject;
  readonly second: JsonObject;
}

const text = (value: string) => ({ S: value });
const ofNewImage = (condition: JsonObject) => ({ dynamodb: { NewImage: condition } });
const PRESENT = { id: text('id_value_1'), presentKey: text('presentValue') };

/** What the filter tests put, by the name of the case. */
const CASES: Readonly<Record<string, FilterCase>> = {
  insert_same_entry_twice: {
    pattern: { eventName: ['INSERT'] },
    first: { id: text('id_value'), id2: text('id2_value') },
    second: { id: text('id_value'), id2: text('id2_value') },
  },
  content_or_filter: {
    pattern: { eventName: ['INSERT', 'MODIFY'] },
    first: { id: text('id_value') },
    second: { id: text('id_value'), id2: text('id2_new_value') },
  },
  content_multiple_filters: {
    pattern: { eventName: ['INSERT'], eventSource: ['aws:dynamodb'] },
    first: { id: text('id_value') },
    second: { id: text('id_value'), id2: text('id2_new_value') },
  },
  content_filter_type: {
    pattern: ofNewImage({ presentKey: { S: ['presentValue'] } }),
    first: PRESENT,
    second: { id: text('id_value_2') },
  },
  exists_filter_type: {
    pattern: ofNewImage({ presentKey: { S: [{ exists: true }] } }),
    first: PRESENT,
    second: { id: text('id_value_2') },
  },
  exists_false_filter: {
    pattern: ofNewImage({ presentKey: [{ exists: false }] }),
    first: { id: text('id_value_1') },
    second: { id: text('id_value_2'), presentKey: text('presentValue') },
  },
  numeric_filter: {
    pattern: ofNewImage({ numericFilter: { N: [{ numeric: ['>', 100] }, { 'anything-but': '101' }] } }),
    first: { id: text('id_value_1'), numericFilter: { N: '42' } },
    second: { id: text('id_value_2'), numericFilter: { N: '101' } },
  },
  prefix_filter: {
    pattern: ofNewImage({ prefix: { S: [{ prefix: 'us-1' }] } }),
    first: { id: text('id_value_1'), prefix: text('us-1-other-suffix') },
    second: { id: text('id_value_1'), prefix: text('other-suffix') },
  },
  date_time_conversion: {
    pattern: { dynamodb: { ApproximateCreationDateTime: [{ numeric: ['>', 0] }] } },
    first: { id: text('id_value_1') },
    second: { id: text('id_value_2') },
  },
};

/** @throws when the case is not known */
export function filterCase(name: string): FilterCase {
  const found = CASES[name];
  if (!found) throw new Error(`Cannot repeat the filter test: no case is named '${name}'`);
  return found;
}
