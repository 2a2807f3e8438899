/** Fn::Sub, Fn::Join, Fn::Split, Fn::Base64, Fn::ToJsonString: making and taking apart text. */
import { holdsUnknown, isUnknown, UNKNOWN } from '../unknown.ts';
import { type Intrinsic, type Place, toText } from './intrinsic.ts';

const PLACEHOLDER = /\$\{([^{}]*)\}/g;

export const sub: Intrinsic = (argument, place) => {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof template !== 'string' || !isObject(variables)) {
    return place.fail('Fn::Sub takes text, or a list of text and variables');
  }
  return template.replaceAll(PLACEHOLDER, (whole, inner: string) => {
    if (inner.startsWith('!')) return `\${${inner.slice(1)}}`;
    const name = inner.trim();
    const value = Object.hasOwn(variables, name) ? place.evaluate(variables[name], 1, name) : namedValue(name, place);
    return toText(value) ?? String(place.fail(`Fn::Sub cannot put the value of ${whole} into text`));
  });
};

function namedValue(name: string, place: Place): unknown {
  const dot = name.indexOf('.');
  return dot < 0
    ? place.scope.ref(name, place.path)
    : place.scope.attribute(name.slice(0, dot), name.slice(dot + 1), place.path);
}

export const join: Intrinsic = (argument, place) => {
  const [delimiter, list] = Array.isArray(argument) ? argument : [];
  const items = place.evaluate(list, 1);
  if (isUnknown(items)) return UNKNOWN;
  if (typeof delimiter !== 'string' || !Array.isArray(items)) {
    return place.fail('Fn::Join takes a delimiter and a list');
  }
  const texts = items.map(toText);
  const bad = texts.indexOf(undefined);
  if (bad >= 0) return place.fail(`Fn::Join cannot join item ${bad}: it is neither text, number nor boolean`);
  return texts.join(delimiter);
};

export const split: Intrinsic = (argument, place) => {
  const [delimiter, source] = Array.isArray(argument) ? argument : [];
  const text = place.evaluate(source, 1);
  if (isUnknown(text)) return UNKNOWN;
  if (typeof delimiter !== 'string' || typeof text !== 'string') {
    return place.fail('Fn::Split takes a delimiter and text');
  }
  return text.split(delimiter);
};

export const base64: Intrinsic = (argument, place) => {
  const text = place.evaluate(argument);
  if (isUnknown(text)) return UNKNOWN;
  if (typeof text !== 'string') return place.fail('Fn::Base64 takes text');
  return Buffer.from(text).toString('base64');
};

export const toJsonString: Intrinsic = (argument, place) => {
  const value = place.evaluate(argument);
  if (!isObject(value) && !Array.isArray(value)) {
    return holdsUnknown(value) ? UNKNOWN : place.fail('Fn::ToJsonString takes an object or a list');
  }
  return JSON.stringify(value);
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
