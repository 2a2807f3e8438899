/** A value for a member that the service wants as text: text as it is, anything else as JSON. */
export function asJsonText(value: unknown): unknown {
  return value === undefined || value === null || typeof value === 'string' ? value : JSON.stringify(value);
}
