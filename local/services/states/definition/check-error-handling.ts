import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import { checkResultPath, checkTemplate } from './check-paths.ts';
import type { DefinitionReport } from './definition-report.ts';
import type { QueryLanguage } from './state-definition.ts';

export interface ErrorHandlingPlace {
  readonly report: DefinitionReport;
  readonly location: string;
  readonly language: QueryLanguage;
}

const RETRIER_FIELDS = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];
const CATCHER_FIELDS = ['ErrorEquals', 'Next', 'ResultPath', 'Output', 'Assign', 'Comment'];

/** What the numbers of a retrier must be. */
const NUMBER_RULES: readonly { readonly field: string; readonly least: number; readonly whole: boolean }[] = [
  { field: 'IntervalSeconds', least: 1, whole: true },
  { field: 'MaxAttempts', least: 0, whole: true },
  { field: 'MaxDelaySeconds', least: 1, whole: true },
  { field: 'BackoffRate', least: 1, whole: false },
];

/** Checks `Retry` and `Catch`. */
export function checkErrorHandling(state: JsonObject, place: ErrorHandlingPlace): void {
  checkEntries(state.Retry, { ...place, location: `${place.location}/Retry` }, checkRetrier);
  checkEntries(state.Catch, { ...place, location: `${place.location}/Catch` }, checkCatcher);
}

type CheckEntry = (entry: JsonObject, place: ErrorHandlingPlace) => void;

function checkEntries(entries: unknown, place: ErrorHandlingPlace, checkEntry: CheckEntry): void {
  const { report, location } = place;
  if (entries === undefined) return;
  if (!Array.isArray(entries)) {
    report.error('Expected value of type Array', location);
    return;
  }
  for (const [index, entry] of entries.entries()) {
    const at = `${location}[${index}]`;
    if (!isJsonObject(entry)) report.error('Expected value of type Object', at);
    else {
      checkErrorEquals(entry.ErrorEquals, { report, location: at, last: index === entries.length - 1 });
      checkEntry(entry, { ...place, location: at });
    }
  }
}

interface ErrorEqualsPlace {
  readonly report: DefinitionReport;
  readonly location: string;
  readonly last: boolean;
}

function checkErrorEquals(names: unknown, { report, location, last }: ErrorEqualsPlace): void {
  const at = `${location}/ErrorEquals`;
  if (names === undefined) {
    report.error('These fields are required: [ErrorEquals]', location);
    return;
  }
  if (!Array.isArray(names) || names.some(name => typeof name !== 'string')) {
    report.error('Expected value of type Array of strings', at);
    return;
  }
  if (names.length === 0) {
    report.error('Array must not be empty', at);
    return;
  }
  if (names.includes('States.ALL') && (names.length > 1 || !last)) {
    report.error('States.ALL must appear alone and in the last entry', at);
  }
}

function checkRetrier(retrier: JsonObject, { report, location }: ErrorHandlingPlace): void {
  refuseOthers(retrier, RETRIER_FIELDS, { report, location });
  for (const { field, least, whole } of NUMBER_RULES) {
    const value = retrier[field];
    const fits = typeof value === 'number' && value >= least && (!whole || Number.isInteger(value));
    if (value !== undefined && !fits)
      report.error(`Value must be ${whole ? 'an integer' : 'a number'} of at least ${least}`, `${location}/${field}`);
  }
  const { JitterStrategy } = retrier;
  if (JitterStrategy !== undefined && JitterStrategy !== 'FULL' && JitterStrategy !== 'NONE') {
    report.error('Value is not valid. Accepted values are: [FULL, NONE]', `${location}/JitterStrategy`);
  }
}

function checkCatcher(catcher: JsonObject, { report, location, language }: ErrorHandlingPlace): void {
  refuseOthers(catcher, CATCHER_FIELDS, { report, location });
  if (catcher.Next === undefined) report.error('These fields are required: [Next]', location);
  const foreign = language === 'JSONata' ? 'ResultPath' : 'Output';
  if (catcher[foreign] !== undefined) report.error('Field is not supported', `${location}/${foreign}`);
  if (language === 'JSONata') return;
  checkResultPath(catcher.ResultPath, { report, location: `${location}/ResultPath` });
  checkTemplate(catcher.Assign, { report, location: `${location}/Assign` });
}

function refuseOthers(
  entry: JsonObject,
  fields: readonly string[],
  { report, location }: { readonly report: DefinitionReport; readonly location: string },
): void {
  for (const field of Object.keys(entry)) {
    if (!fields.includes(field)) report.error('Field is not supported', `${location}/${field}`);
  }
}
