import type { DefinitionReport } from './definition-report.ts';
import type { QueryLanguage } from './state-definition.ts';

export interface LanguagePlace {
  readonly report: DefinitionReport;
  readonly location: string;
  /** The language where none is named. */
  readonly language: QueryLanguage;
  readonly machineLanguage: QueryLanguage;
}

/** The language that a `QueryLanguage` field names. A JSONata machine has no JSONPath states. */
export function checkLanguage(value: unknown, place: LanguagePlace): QueryLanguage {
  const { report, location, language, machineLanguage } = place;
  const at = `${location}/QueryLanguage`;
  if (value === undefined) return language;
  if (value !== 'JSONPath' && value !== 'JSONata') {
    report.error('Value is not valid. Accepted values are: [JSONPath, JSONata]', at);
    return language;
  }
  if (machineLanguage === 'JSONata' && value === 'JSONPath') {
    report.error("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", at);
  }
  return value;
}
