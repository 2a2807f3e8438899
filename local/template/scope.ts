/** What the expressions of one stack can see, whether the stack is being checked or made. */
import { type Environment, pseudoParameters } from './environment.ts';
import { evaluate } from './evaluate.ts';
import type { Path, Scope } from './intrinsics/intrinsic.ts';
import type { Template } from './template.ts';

/** What differs between checking and making. Each answers undefined for what there is not. */
export interface World {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  importValue(exportName: string): unknown;
  fail(path: Path, reason: string): unknown;
}

export interface StackScopeOptions {
  readonly environment: Environment;
  readonly stackName: string;
  readonly template: Template;
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly world: World;
}

export function stackScope(options: StackScopeOptions): Scope {
  const { environment, stackName, template, parameters, world } = options;
  const pseudo = pseudoParameters(environment, stackName);
  const conditions = new Map<string, unknown>();
  const underEvaluation = new Set<string>();

  function condition(name: string, path: Path): unknown {
    if (!Object.hasOwn(template.conditions, name)) return scope.fail(path, `there is no condition '${name}'`);
    if (conditions.has(name)) return conditions.get(name);
    if (underEvaluation.has(name)) return scope.fail(path, `condition '${name}' refers to itself`);
    underEvaluation.add(name);
    const holds = evaluate(template.conditions[name], ['Conditions', name], scope);
    underEvaluation.delete(name);
    conditions.set(name, holds);
    return holds;
  }

  function missing(logicalId: string): string {
    const resource = template.resources[logicalId];
    if (!resource) return `'${logicalId}' is neither a parameter nor a resource`;
    return `'${logicalId}' does not exist: its condition '${resource.Condition ?? ''}' does not hold`;
  }

  const scope: Scope = {
    region: environment.region,
    mapping: (map, top, second) => template.mappings[map]?.[top]?.[second],
    ref(name, path) {
      if (name === 'AWS::NoValue') return undefined;
      if (parameters.has(name)) return parameters.get(name);
      return pseudo.get(name) ?? world.ref(name) ?? world.fail(path, missing(name));
    },
    attribute(logicalId, attribute, path) {
      const value = world.attribute(logicalId, attribute);
      if (value !== undefined) return value;
      const reason =
        world.ref(logicalId) === undefined ? missing(logicalId) : `'${logicalId}' has no attribute '${attribute}'`;
      return world.fail(path, reason);
    },
    condition,
    importValue: (exportName, path) =>
      world.importValue(exportName) ?? world.fail(path, `no stack before this one exports '${exportName}'`),
    fail: world.fail,
  };
  return scope;
}

/** Whether something with this condition is made; undefined when that is not known yet. */
export function isWanted(conditionName: string | undefined, scope: Scope, path: Path): boolean | undefined {
  if (conditionName === undefined) return true;
  const holds = scope.condition(conditionName, [...path, 'Condition']);
  return typeof holds === 'boolean' ? holds : undefined;
}
