/** What the form of a plan cannot say: that it names services and operations that there are, and faults that they can have. */
import type { Cloud } from '../cloud/cloud.ts';
import { droppableOperations, isDroppable } from './dropped-entries.ts';
import { type FaultPlan, type FaultRule, faultPlanError, type PlanProblem, parseFaultPlan } from './fault-plan.ts';
import { batchOperations, isBatchOperation } from './partial-failure.ts';
import { anyOf } from './rule-state.ts';

interface OperationName {
  readonly service: string;
  readonly operation: string;
}

/**
 * Reads a plan for this cloud; its services have to be registered.
 * @throws Error with every place that is wrong: a rule that could never strike is a mistake, and not a quiet run
 */
export function checkedFaultPlan(cloud: Cloud, value: unknown): FaultPlan {
  const plan = parseFaultPlan(value);
  const operations = [...cloud.services].flatMap(({ name, operations }) =>
    Object.keys(operations).map(operation => ({ service: name, operation })),
  );
  const problems = plan.rules.flatMap((rule, index) =>
    ruleProblems(rule, operations).map(({ path, problem }) => ({ path: ['rules', index, ...path], problem })),
  );
  if (problems.length > 0) throw faultPlanError(problems);
  return plan;
}

function ruleProblems(rule: FaultRule, operations: readonly OperationName[]): PlanProblem[] {
  const { service, operation } = rule.match ?? {};
  const services = [...new Set(operations.map(each => each.service))];
  const isService = anyOf(service);
  const isOperation = anyOf(operation);
  if (!services.some(isService)) {
    const there = services.toSorted().join(', ');
    return [{ path: ['match', 'service'], problem: `no service matches ${show(service)} (there are ${there})` }];
  }
  const meant = operations.filter(each => isService(each.service) && isOperation(each.operation));
  if (meant.length === 0) {
    const of = service === undefined ? 'any service' : show(service);
    return [{ path: ['match', 'operation'], problem: `no operation of ${of} matches ${show(operation)}` }];
  }
  return [...kindProblems(rule, meant), ...timeProblems(rule)];
}

function kindProblems({ fault }: FaultRule, meant: readonly OperationName[]): PlanProblem[] {
  const isFor = (service: string, operation: string) =>
    meant.some(each => each.service === service && each.operation === operation);
  const cannot = (problem: string) => [{ path: ['fault', 'kind'], problem: `'${fault.kind}' ${problem}` }];
  switch (fault.kind) {
    case 'partial':
      if (meant.some(each => isBatchOperation(each.service, each.operation))) return [];
      return cannot(`is for batches (${batchOperations.join(', ')}), and the rule matches none of them`);
    case 'drop':
      if (meant.some(each => isDroppable(each.service, each.operation))) return [];
      return cannot(`is for ${droppableOperations.join(', ')}, and the rule matches none of them`);
    case 'crash':
      return isFor('lambda', 'Invoke') ? [] : cannot('is for lambda Invoke, and the rule does not match it');
    case 'reorder':
      return isFor('sqs', 'ReceiveMessage') ? [] : cannot('is for sqs ReceiveMessage, and the rule does not match it');
    default:
      return [];
  }
}

function timeProblems({ when: { fromMs = 0, untilMs } = {} }: FaultRule): PlanProblem[] {
  if (untilMs === undefined || untilMs > fromMs) return [];
  return [{ path: ['when', 'untilMs'], problem: `must be later than fromMs (${fromMs}), received ${untilMs}` }];
}

function show(patterns: string | readonly string[] | undefined): string {
  return `'${[patterns ?? '*'].flat().join("', '")}'`;
}
