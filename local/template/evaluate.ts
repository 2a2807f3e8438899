/** Evaluates the expressions of a template: everything that is not an intrinsic function stands for itself. */
import { and, choose, equals, not, or } from './intrinsics/condition.ts';
import type { Intrinsic, Path, Place, Scope } from './intrinsics/intrinsic.ts';
import { cidr, getAzs, length, select } from './intrinsics/list.ts';
import { findInMap } from './intrinsics/mapping.ts';
import { getAtt, importValue, ref } from './intrinsics/reference.ts';
import { base64, join, split, sub, toJsonString } from './intrinsics/text.ts';

/** Every intrinsic function that the embedded cloud knows. */
export const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map([
  ['Ref', ref],
  ['Fn::And', and],
  ['Fn::Base64', base64],
  ['Fn::Cidr', cidr],
  ['Fn::Equals', equals],
  ['Fn::FindInMap', findInMap],
  ['Fn::GetAZs', getAzs],
  ['Fn::GetAtt', getAtt],
  ['Fn::If', choose],
  ['Fn::ImportValue', importValue],
  ['Fn::Join', join],
  ['Fn::Length', length],
  ['Fn::Not', not],
  ['Fn::Or', or],
  ['Fn::Select', select],
  ['Fn::Split', split],
  ['Fn::Sub', sub],
  ['Fn::ToJsonString', toJsonString],
]);

/** @returns undefined for `AWS::NoValue`; members and items that are nothing are left out of what holds them */
export function evaluate(value: unknown, path: Path, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => evaluate(item, [...path, index], scope)).filter(item => item !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (first && entries.length === 1 && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
    return evaluateIntrinsic(first[0], first[1], path, scope);
  }
  const members: [string, unknown][] = entries.map(([name, member]) => [
    name,
    evaluate(member, [...path, name], scope),
  ]);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

function evaluateIntrinsic(name: string, argument: unknown, path: Path, scope: Scope): unknown {
  const intrinsic = INTRINSICS.get(name);
  if (!intrinsic) return scope.fail(path, `the intrinsic function ${name} is not supported`);
  const place: Place = {
    scope,
    path,
    evaluate: (part, ...steps) => evaluate(part, [...path, name, ...steps], scope),
    fail: reason => scope.fail(path, reason),
  };
  return intrinsic(argument, place);
}
