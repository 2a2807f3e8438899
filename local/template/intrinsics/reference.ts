/** Ref, Fn::GetAtt, Fn::ImportValue: values that stand elsewhere. */
import { isUnknown, UNKNOWN } from '../unknown.ts';
import { type Intrinsic, toText } from './intrinsic.ts';

export const ref: Intrinsic = (argument, place) => {
  if (typeof argument !== 'string') return place.fail('Ref takes a name');
  return place.scope.ref(argument, place.path);
};

/** `["Id", "Attribute"]` or `"Id.Attribute"`; an attribute's name may itself have dots. */
export const getAtt: Intrinsic = (argument, place) => {
  const [logicalId, attribute] = typeof argument === 'string' ? splitName(argument) : listOfNames(argument);
  if (typeof logicalId !== 'string' || logicalId === '' || attribute === undefined) {
    return place.fail('Fn::GetAtt takes a logical id and an attribute');
  }
  const name = toText(place.evaluate(attribute, 1));
  if (name === undefined) return place.fail('Fn::GetAtt takes the name of an attribute');
  return place.scope.attribute(logicalId, name, place.path);
};

function splitName(name: string): [string, string | undefined] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
}

function listOfNames(argument: unknown): unknown[] {
  if (!Array.isArray(argument)) return [];
  const [logicalId, ...attribute] = argument;
  return attribute.length > 1 ? [logicalId, attribute.join('.')] : [logicalId, attribute[0]];
}

export const importValue: Intrinsic = (argument, place) => {
  const name = place.evaluate(argument);
  if (isUnknown(name)) return UNKNOWN;
  if (typeof name !== 'string') return place.fail('Fn::ImportValue takes the name of an export');
  return place.scope.importValue(name, place.path);
};
