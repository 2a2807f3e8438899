/**
 * Checks whole templates before anything is made, and finds the order in which to make it.
 *
 * Every expression is evaluated with stand-ins for what only exists later, and every property is parsed, so that all
 * problems of all stacks are known at once.
 */
import type { ResourceType } from '../resources/resource-type.ts';
import type { Assembly, AssemblyStack } from './assembly.ts';
import { DependencyRingError, dependencyOrder } from './dependency-order.ts';
import { unsupportedReferences, withUnknownReferences } from './dynamic-reference.ts';
import type { Environment } from './environment.ts';
import { evaluate } from './evaluate.ts';
import type { Path, Scope } from './intrinsics/intrinsic.ts';
import { parameterValues } from './parameters.ts';
import { dotted, type TemplateProblem, UnsupportedTemplateError } from './problem.ts';
import { knownProblems } from './properties.ts';
import { isWanted, stackScope } from './scope.ts';
import type { TemplateResource } from './template.ts';
import { UNKNOWN } from './unknown.ts';

export type FindType = (type: string) => ResourceType<unknown> | undefined;

export interface PlannedResource {
  readonly logicalId: string;
  readonly type: ResourceType<unknown>;
  readonly resource: TemplateResource;
}

export interface PlannedStack {
  readonly stack: AssemblyStack;
  /** Each after all that it depends on. */
  readonly resources: readonly PlannedResource[];
}

export interface PlanOptions {
  readonly environment: Environment;
  readonly findType: FindType;
}

/** @throws UnsupportedTemplateError naming every problem of every stack */
export function planAssembly(assembly: Assembly, options: PlanOptions): PlannedStack[] {
  const problems: TemplateProblem[] = [];
  const exported = new Set<string>();
  const plans = assembly.stacks.map(stack => new StackCheck(stack, options, exported, problems).plan());
  if (problems.length > 0) throw new UnsupportedTemplateError(problems);
  return plans;
}

/** The check of one stack: it notes problems as it goes, with the resource that it is looking at. */
class StackCheck {
  readonly #stack: AssemblyStack;
  readonly #findType: FindType;
  readonly #exported: Set<string>;
  readonly #problems: TemplateProblem[];
  readonly #scope: Scope;
  #logicalId: string | undefined;
  /** What the resource that is being looked at refers to. */
  #references = new Set<string>();

  constructor(stack: AssemblyStack, options: PlanOptions, exported: Set<string>, problems: TemplateProblem[]) {
    this.#stack = stack;
    this.#findType = options.findType;
    this.#exported = exported;
    this.#problems = problems;
    this.#scope = stackScope({
      environment: options.environment,
      stackName: stack.name,
      template: stack.template,
      parameters: parameterValues(stack.template, {
        given: stack.parameters,
        fail: (parameter, reason) => this.#note(['Parameters', parameter], reason),
      }),
      world: {
        ref: logicalId => this.#refer(logicalId),
        attribute: logicalId => this.#refer(logicalId),
        importValue: name => (this.#exported.has(name) ? UNKNOWN : undefined),
        fail: (path, reason) => this.#note(path, reason),
      },
    });
  }

  plan(): PlannedStack {
    const { template } = this.#stack;
    for (const { logicalId, path, reason } of template.unsupported) {
      this.#logicalId = logicalId;
      this.#note([path], reason);
    }
    const planned = new Map<string, PlannedResource>();
    const dependencies = new Map<string, ReadonlySet<string>>();
    for (const [logicalId, resource] of Object.entries(template.resources)) {
      this.#logicalId = logicalId;
      this.#references = new Set();
      if (isWanted(resource.Condition, this.#scope, []) === false) continue;
      const type = this.#check(resource);
      if (type) planned.set(logicalId, { logicalId, type, resource });
      dependencies.set(logicalId, this.#references);
    }
    this.#logicalId = undefined;
    this.#references = new Set();
    this.#checkOutputs();
    const resources = this.#order(dependencies).flatMap(logicalId => planned.get(logicalId) ?? []);
    return { stack: this.#stack, resources };
  }

  #check(resource: TemplateResource): ResourceType<unknown> | undefined {
    const evaluated = evaluate(resource.Properties ?? {}, ['Properties'], this.#scope);
    for (const logicalId of [resource.DependsOn ?? []].flat()) {
      if (!this.#stack.template.resources[logicalId]) this.#note(['DependsOn'], `there is no resource '${logicalId}'`);
      this.#references.add(logicalId);
    }
    for (const { path, service } of unsupportedReferences(evaluated, ['Properties'])) {
      this.#note(path, `dynamic references to '${service}' are not supported`);
    }
    const type = this.#findType(resource.Type);
    if (!type) {
      this.#note(['Type'], `the resource type ${resource.Type} is not supported`);
      return undefined;
    }
    for (const { path, reason } of knownProblems(type, withUnknownReferences(evaluated))) {
      this.#note(['Properties', ...path], reason);
    }
    return type;
  }

  #checkOutputs(): void {
    for (const [name, output] of Object.entries(this.#stack.template.outputs)) {
      const path = ['Outputs', name];
      if (isWanted(output.Condition, this.#scope, path) === false) continue;
      evaluate(output.Value, [...path, 'Value'], this.#scope);
      const exportName = evaluate(output.Export?.Name, [...path, 'Export', 'Name'], this.#scope);
      if (typeof exportName !== 'string') continue;
      if (this.#exported.has(exportName)) this.#note(path, `the export '${exportName}' exists already`);
      this.#exported.add(exportName);
    }
  }

  #order(dependencies: ReadonlyMap<string, ReadonlySet<string>>): string[] {
    try {
      return dependencyOrder(dependencies);
    } catch (error) {
      if (!(error instanceof DependencyRingError)) throw error;
      this.#note(['Resources'], `circular dependency ${error.ring.join(' → ')}`);
      return [];
    }
  }

  #refer(logicalId: string): unknown {
    const resource = this.#stack.template.resources[logicalId];
    if (!resource || isWanted(resource.Condition, this.#scope, []) === false) return undefined;
    this.#references.add(logicalId);
    return UNKNOWN;
  }

  #note(path: Path, reason: string): unknown {
    const logicalId = this.#logicalId;
    const constructPath = logicalId === undefined ? undefined : this.#stack.constructPaths.get(logicalId);
    const problem = { stack: this.#stack.name, path: dotted(path), reason };
    this.#problems.push({
      ...problem,
      ...(logicalId === undefined ? {} : { logicalId }),
      ...(constructPath === undefined ? {} : { constructPath }),
    });
    return UNKNOWN;
  }
}
