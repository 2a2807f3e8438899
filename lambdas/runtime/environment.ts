/** The only place that reads the process environment. */

/** The value of a variable. @throws when it is missing or empty, naming it */
export function textVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`Cannot start: environment variable ${name} is not set`);
  return value;
}

/** The value of a variable that holds a positive number. @throws when it is missing or something else */
export function positiveNumberVariable(name: string): number {
  const text = textVariable(name);
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`Cannot start: environment variable ${name} must be a positive number, received '${text}'`);
}

/** The value of a variable that need not be there. */
export function optionalVariable(name: string): string | undefined {
  return process.env[name] || undefined;
}
