/** Decides the state of a metric alarm from its data points: no clock, no store. */
import type { AlarmState, MissingData } from './alarm.ts';

const COMPARISONS: Readonly<Record<string, { phrase: string; holds: (value: number, threshold: number) => boolean }>> =
  {
    GreaterThanOrEqualToThreshold: { phrase: 'greater than or equal to', holds: (a, b) => a >= b },
    GreaterThanThreshold: { phrase: 'greater than', holds: (a, b) => a > b },
    LessThanThreshold: { phrase: 'less than', holds: (a, b) => a < b },
    LessThanOrEqualToThreshold: { phrase: 'less than or equal to', holds: (a, b) => a <= b },
  };

export const COMPARISON_OPERATORS: readonly string[] = Object.keys(COMPARISONS);

export interface EvaluationRule {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: string;
  readonly missingData: MissingData;
}

export interface Verdict {
  readonly state: AlarmState;
  readonly reason: string;
  /** The values that were looked at, newest first. */
  readonly datapoints: readonly number[];
}

/**
 * CloudWatch looks at somewhat more periods than the alarm asks for. If they hold enough data points, the newest ones
 * decide and nothing is missing; otherwise what is missing is treated as the alarm says.
 *
 * @param points the points of the evaluation range, newest first; undefined where there is none
 * @returns undefined when the state is to stay as it is
 */
export function judge(rule: EvaluationRule, points: readonly (number | undefined)[]): Verdict | undefined {
  const present = points.filter(point => point !== undefined).slice(0, rule.evaluationPeriods);
  const missing = rule.evaluationPeriods - present.length;
  const comparison = COMPARISONS[rule.comparison];
  if (!comparison) return undefined;
  const breaching = present.filter(point => comparison.holds(point, rule.threshold)).length;
  const verdict = (state: AlarmState, count: number): Verdict => ({
    state,
    reason: reasonFor(rule, comparison.phrase, { state, count, present, missing }),
    datapoints: present,
  });

  const counted = breaching + (rule.missingData === 'breaching' ? missing : 0);
  if (counted >= rule.datapointsToAlarm) return verdict('ALARM', counted);
  const isUndecided = missing > 0 && breaching === present.length;
  if (isUndecided && rule.missingData === 'ignore') return undefined;
  if (isUndecided && rule.missingData === 'missing') {
    return present.length === 0 ? verdict('INSUFFICIENT_DATA', missing) : verdict('ALARM', breaching);
  }
  return verdict('OK', rule.evaluationPeriods - counted);
}

interface Finding {
  readonly state: AlarmState;
  readonly count: number;
  readonly present: readonly number[];
  readonly missing: number;
}

function reasonFor(rule: EvaluationRule, phrase: string, { state, count, present, missing }: Finding): string {
  const datapoints = count === 1 ? '1 datapoint' : `${count} datapoints`;
  const were = count === 1 ? 'was' : 'were';
  if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${datapoints} ${were} unknown.`;
  const treated =
    missing > 0 && rule.missingData.includes('reaching') ? ` (${missing} missing treated as ${rule.missingData})` : '';
  const values = present.map(value => String(value)).join(', ');
  const not = state === 'OK' ? 'not ' : '';
  return `Threshold Crossed: ${datapoints} [${values}] ${were} ${not}${phrase} the threshold (${rule.threshold})${treated}.`;
}
