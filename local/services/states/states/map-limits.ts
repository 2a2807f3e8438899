import { fillTypedField } from '../data-flow/expected-type.ts';
import { jsonataView } from '../data-flow/jsonata-template.ts';
import { pathView, readFieldPath } from '../data-flow/path-view.ts';
import { effectiveInput } from '../data-flow/state-input.ts';
import { queryFailure, runtimeFailure, StateFailure } from '../execution/state-failure.ts';
import type { StateVisit } from '../execution/state-visit.ts';

/** A number that stands in the definition, at a path (`…Path`), or in an expression. */
interface NumberField {
  readonly name: 'MaxConcurrency' | 'ToleratedFailureCount' | 'ToleratedFailurePercentage';
  readonly kind: 'integer' | 'float';
}

/** How many failed items a Map run bears. */
export interface FailureTolerance {
  readonly count: number | undefined;
  readonly percentage: number | undefined;
}

/** How many iterations may run at once; 0 means no bound. */
export async function mapConcurrency(visit: StateVisit): Promise<number> {
  const concurrency = (await numberField(visit, { name: 'MaxConcurrency', kind: 'integer' })) ?? 0;
  if (concurrency < 0) throw invalid(visit, 'MaxConcurrency cannot be negative.', 'MaxConcurrency');
  return concurrency;
}

/** `ToleratedFailureCount` and `ToleratedFailurePercentage`, checked. */
export async function failureTolerance(visit: StateVisit): Promise<FailureTolerance> {
  const count = await numberField(visit, { name: 'ToleratedFailureCount', kind: 'integer' });
  if (count !== undefined && count < 0) {
    throw invalid(visit, 'ToleratedFailureCount cannot be negative.', 'ToleratedFailureCount');
  }
  const percentage = await numberField(visit, { name: 'ToleratedFailurePercentage', kind: 'float' });
  if (percentage !== undefined && !(percentage >= 0 && percentage <= 100)) {
    throw invalid(visit, 'ToleratedFailurePercentage must be between 0 and 100.', 'ToleratedFailurePercentage');
  }
  return { count, percentage };
}

function invalid(visit: StateVisit, detail: string, field: string) {
  return visit.language === 'JSONata' ? queryFailure(detail, field) : runtimeFailure(detail);
}

async function numberField(visit: StateVisit, field: NumberField): Promise<number | undefined> {
  const literal = visit.state[field.name];
  if (visit.language === 'JSONata') {
    if (literal === undefined) return undefined;
    const expected = field.kind === 'integer' ? 'integer' : 'number';
    return Number(await fillTypedField({ name: field.name, template: literal, expected }, jsonataView(visit)));
  }
  const path = visit.state[`${field.name}Path`];
  if (path === undefined) return literal === undefined ? undefined : Number(literal);
  return numberAtPath(visit, field, String(path));
}

/** A number written as a string will do (observed). */
function numberAtPath(visit: StateVisit, field: NumberField, path: string): number {
  const found = readFieldPath(path, pathView(visit, effectiveInput(visit)));
  const value = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
  const fits = field.kind === 'integer' ? Number.isInteger(value) : Number.isFinite(value);
  if (fits) return Number(value);
  const shown = typeof found === 'string' ? found : JSON.stringify(found);
  const rule = `which is not a valid ${field.kind}: ${path}`;
  throw runtimeFailure(`The ${field.name}Path field refers to value "${shown}" ${rule}`);
}

/** Whether more items failed than the tolerance allows; without a tolerance, one is too many. */
export function exceedsTolerance({ count, percentage }: FailureTolerance, failed: number, total: number): boolean {
  if (count === undefined && percentage === undefined) return failed > 0;
  return (count !== undefined && failed > count) || (percentage !== undefined && (failed / total) * 100 > percentage);
}

export function thresholdFailure(): StateFailure {
  return new StateFailure({
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
  });
}
