import type { StateVisit } from './state-visit.ts';

/**
 * Answers what `settle` answers, and keeps it with the state's present attempt: whoever takes the attempt over gets the
 * same answer without asking again, so that what is asked may write history, draw a random number or look at the clock.
 */
export async function noted<Value>(
  visit: StateVisit,
  name: string,
  settle: () => Value | Promise<Value>,
): Promise<Value> {
  const { notes } = visit.step;
  if (!(name in notes)) note(visit, name, await settle());
  return notes[name] as Value; // the same state noted it under the same name
}

/** Keeps a value of plain JSON with the state's present attempt. */
export function note(visit: StateVisit, name: string, value: unknown): void {
  visit.step.notes[name] = value;
  visit.setting.changed(visit.progress);
}
