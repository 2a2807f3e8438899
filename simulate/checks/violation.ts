/** Something that must not be: which account does not add up, for which event or key, and what stands there instead. */
export interface Violation {
  readonly check: 'ledger' | 'effect' | 'order' | 'sagas' | 'queues' | 'rest';
  /** The event id, key, day, trip or queue that it is about. */
  readonly about: string;
  readonly what: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** @returns nothing when both are equal, as JSON has it and whatever the order of members */
export function differing(violation: Violation): Violation[] {
  return canonical(violation.expected) === canonical(violation.actual) ? [] : [violation];
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  ) as string; // undefined compares as undefined does
}
