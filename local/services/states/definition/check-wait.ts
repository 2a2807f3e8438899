import type { JsonObject } from '../../../cloud/service.ts';
import { parseTimestamp } from '../timestamp.ts';
import type { DefinitionReport } from './definition-report.ts';
import type { QueryLanguage } from './state-definition.ts';

const LONGEST_SECONDS = 99_999_999;
const ENDS = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'];

export interface WaitPlace {
  readonly report: DefinitionReport;
  readonly location: string;
  readonly language: QueryLanguage;
}

/** Checks how long a Wait waits. */
export function checkWait(state: JsonObject, { report, location, language }: WaitPlace): void {
  if (ENDS.every(field => state[field] === undefined)) {
    report.error(`One of these fields is required: [${ENDS.join(', ')}]`, location);
  }
  const { Seconds, Timestamp } = state;
  const isExpression = (value: unknown) =>
    language === 'JSONata' && typeof value === 'string' && value.startsWith('{%');
  if (Seconds !== undefined && !isExpression(Seconds) && !isSeconds(Seconds)) {
    report.error(`Value must be an integer between 0 and ${LONGEST_SECONDS}`, `${location}/Seconds`);
  }
  if (Timestamp !== undefined && !isExpression(Timestamp) && parseTimestamp(Timestamp) === undefined) {
    report.error('String does not match RFC3339 timestamp', `${location}/Timestamp`);
  }
}

function isSeconds(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LONGEST_SECONDS;
}
