import type { JsonObject } from '../../../local/cloud/service.ts';
import { isJsonObject } from '../../../local/services/states/json-object.ts';

export interface RecordedEvent {
  /** A list where the recorder sorted the events of concurrent branches. */
  readonly id: number | readonly number[];
  readonly type: string;
}

/** A task of a recorded execution, and what its service answered. */
export interface RecordedTask {
  readonly state: string;
  readonly resource: string;
  readonly resourceType: string | null;
  readonly result: {
    readonly kind: string;
    readonly output?: unknown;
    readonly error?: string;
    readonly cause?: unknown;
  };
}

/** One row of the States Language corpus, of whichever kind. */
export interface AslRow {
  readonly id: string;
  readonly kind: string;
  readonly authority: string;
  readonly judgeable: boolean;
  readonly replayableWithTaskMocks?: boolean;
  readonly nondeterministic?: boolean;
  /** The definition calls services. */
  readonly external?: boolean;
  readonly type?: string;
  readonly definition: unknown;
  /** The definition's text, where it is no JSON. */
  readonly definitionRaw?: string;
  readonly input?: unknown;
  /** The input with what differs from run to run replaced, as the outputs have it. */
  readonly recordedInput?: unknown;
  readonly request?: JsonObject;
  readonly expected: JsonObject;
  readonly history?: readonly RecordedEvent[];
  readonly tasks?: readonly RecordedTask[];
}

/** @returns undefined for what has not even a kind, a definition and an answer */
export function asAslRow(row: JsonObject): AslRow | undefined {
  const isRow = typeof row.kind === 'string' && isJsonObject(row.expected) && row.definition !== undefined;
  return isRow ? (row as unknown as AslRow) : undefined; // the other members are as the corpus says of itself
}

export const RECORDED_ACTIVITY = 'arn:aws:states:us-east-1:000000000000:activity:recorded';
export const RECORDED_ROLE = 'arn:aws:iam::000000000000:role/recorded';

/** The definition as text; ARNs that the recorder replaced are those of an activity that is there. */
export function definitionText(row: AslRow): string {
  if (row.definitionRaw !== undefined) return row.definitionRaw;
  if (typeof row.definition === 'string') return row.definition;
  return JSON.stringify(row.definition).replaceAll('"Resource":"<dummy>"', `"Resource":"${RECORDED_ACTIVITY}"`);
}
