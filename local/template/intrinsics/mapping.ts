/** Fn::FindInMap: `[map, topLevelKey, secondLevelKey, {DefaultValue}?]`. */
import { isUnknown, UNKNOWN } from '../unknown.ts';
import { type Intrinsic, toText } from './intrinsic.ts';

export const findInMap: Intrinsic = (argument, place) => {
  const parts: unknown[] = Array.isArray(argument) ? argument : [];
  const keys = parts.slice(0, 3).map((key, index) => place.evaluate(key, index));
  if (keys.some(isUnknown)) return UNKNOWN;
  const [map, top, second] = keys.map(toText);
  if (map === undefined || top === undefined || second === undefined) {
    return place.fail('Fn::FindInMap takes the names of a map and of two keys');
  }
  const found = place.scope.mapping(map, top, second);
  if (found !== undefined) return found;
  const fallback = parts[3];
  if (typeof fallback === 'object' && fallback !== null && 'DefaultValue' in fallback) {
    return place.evaluate(fallback.DefaultValue, 3, 'DefaultValue');
  }
  return place.fail(`Fn::FindInMap finds nothing at ${map}.${top}.${second}`);
};
