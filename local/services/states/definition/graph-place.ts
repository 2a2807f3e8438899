import type { DefinitionReport } from './definition-report.ts';
import type { QueryLanguage } from './state-definition.ts';

/** Where a check is, and how it goes on into the states inside a state. */
export interface GraphPlace {
  readonly report: DefinitionReport;
  /** A JSON pointer, without a slash at the end. */
  readonly location: string;
  /** The language of states that name none. */
  readonly language: QueryLanguage;
  readonly machineLanguage: QueryLanguage;
  readonly checkGraph: (graph: unknown, place: GraphPlace) => void;
}
