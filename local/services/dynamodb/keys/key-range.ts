/** Conditions on a sort key as bounds on positions. */
import type { Bounds } from '../storage/sorted-map.ts';
import type { AttributeValue } from '../values/attribute-value.ts';
import { AFTER_COMPONENT_END, COMPONENT_END, orderedKey } from './key-order.ts';

export type RangeCondition =
  | { readonly operator: '=' | '<' | '<=' | '>' | '>='; readonly value: AttributeValue }
  | { readonly operator: 'BETWEEN'; readonly lower: AttributeValue; readonly upper: AttributeValue }
  | { readonly operator: 'begins_with'; readonly value: AttributeValue };

/** Sorts after everything that can follow a prefix. */
const AFTER_PREFIX = '\uffff\uffff';

/** The positions of exactly the items whose sort key meets the condition. */
export function boundsOf(condition: RangeCondition): Bounds {
  switch (condition.operator) {
    case '=':
      return { from: startOf(condition.value), to: endOf(condition.value) };
    case '<':
      return { to: startOf(condition.value) };
    case '<=':
      return { to: endOf(condition.value) };
    case '>':
      return { from: endOf(condition.value) };
    case '>=':
      return { from: startOf(condition.value) };
    case 'BETWEEN':
      return { from: startOf(condition.lower), to: endOf(condition.upper) };
    case 'begins_with':
      return { from: orderedKey(condition.value), to: orderedKey(condition.value) + AFTER_PREFIX };
  }
}

function startOf(value: AttributeValue): string {
  return orderedKey(value) + COMPONENT_END;
}

function endOf(value: AttributeValue): string {
  return orderedKey(value) + AFTER_COMPONENT_END;
}
