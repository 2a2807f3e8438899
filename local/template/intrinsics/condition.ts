/** Fn::If, Fn::Equals, Fn::And, Fn::Or, Fn::Not: choosing. A condition is true, false or `UNKNOWN`. */
import { isDeepStrictEqual } from 'node:util';
import { holdsUnknown, UNKNOWN } from '../unknown.ts';
import { type Intrinsic, type Place, toText } from './intrinsic.ts';

const FEWEST_CONDITIONS = 2;
const MOST_CONDITIONS = 10;

export const choose: Intrinsic = (argument, place) => {
  if (!Array.isArray(argument) || argument.length !== 3 || typeof argument[0] !== 'string') {
    return place.fail('Fn::If takes the name of a condition and two values');
  }
  const [name, whenTrue, whenFalse] = argument;
  const holds = place.scope.condition(name, place.path);
  if (holds === true) return place.evaluate(whenTrue, 1);
  if (holds === false) return place.evaluate(whenFalse, 2);
  place.evaluate(whenTrue, 1); // either may come to be: both are checked
  place.evaluate(whenFalse, 2);
  return UNKNOWN;
};

export const equals: Intrinsic = (argument, place) => {
  if (!Array.isArray(argument) || argument.length !== 2) return place.fail('Fn::Equals takes two values');
  const [left, right] = argument.map((side, index) => place.evaluate(side, index));
  if (holdsUnknown(left) || holdsUnknown(right)) return UNKNOWN;
  return isDeepStrictEqual(toText(left) ?? left, toText(right) ?? right);
};

export const and: Intrinsic = (argument, place) => {
  const sides = conditions(argument, place, 'Fn::And');
  if (sides.includes(false)) return false;
  return sides.every(side => side === true) ? true : UNKNOWN;
};

export const or: Intrinsic = (argument, place) => {
  const sides = conditions(argument, place, 'Fn::Or');
  if (sides.includes(true)) return true;
  return sides.every(side => side === false) ? false : UNKNOWN;
};

export const not: Intrinsic = (argument, place) => {
  if (!Array.isArray(argument) || argument.length !== 1) return place.fail('Fn::Not takes one condition');
  const side = evaluateCondition(argument[0], place, 0);
  return typeof side === 'boolean' ? !side : UNKNOWN;
};

function conditions(argument: unknown, place: Place, name: string): unknown[] {
  if (!Array.isArray(argument) || argument.length < FEWEST_CONDITIONS || argument.length > MOST_CONDITIONS) {
    return [place.fail(`${name} takes ${FEWEST_CONDITIONS} to ${MOST_CONDITIONS} conditions`)];
  }
  return argument.map((side, index) => evaluateCondition(side, place, index));
}

/** Inside a condition, `{"Condition": "Name"}` stands for another one. */
function evaluateCondition(value: unknown, place: Place, index: number): unknown {
  const isNamed = typeof value === 'object' && value !== null && 'Condition' in value;
  if (isNamed && typeof value.Condition === 'string') return place.scope.condition(value.Condition, place.path);
  const result = place.evaluate(value, index);
  if (result === 'true' || result === 'false') return result === 'true';
  return result;
}
