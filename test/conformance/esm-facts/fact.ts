import { AwsError } from '../../../local/cloud/aws-error.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { MappingLab } from './mapping-lab.ts';

/** One recorded fact: what is done in a lab of its own, and what was seen when it was done on AWS. */
export interface Fact {
  readonly id: string;
  /** Plain JSON; `<…>` stands for anything. */
  readonly expected: unknown;
  observe(lab: MappingLab): Promise<unknown>;
}

/** How a time is written: its value differs from run to run, its form is a fact. */
export function timeForm(text: unknown): string {
  if (typeof text !== 'string') return `no text: ${JSON.stringify(text)}`;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return 'with milliseconds';
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? 'without milliseconds' : text;
}

/** What a call is refused with. */
export async function refusalOf(call: Promise<JsonObject>): Promise<JsonObject> {
  try {
    return { answered: await call };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { code: error.code, status: error.status, message: error.message };
  }
}

export function jsonOf(text: unknown): JsonObject {
  return JSON.parse(String(text)) as JsonObject; // what is asked for here are objects by the API's own word
}
