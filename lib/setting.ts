/**
 * Readers of single settings. Each turns what a person wrote (a string from the command line or the environment, any JSON
 * value from cdk.json) into a typed value, or throws an error that names the setting, the rule and the value.
 */
export type Setting<Value> = (name: string, given: unknown) => Value;

/** The days for which CloudWatch Logs can keep a group's events (API reference of PutRetentionPolicy). */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** A text that fits a pattern; `rule` says the pattern in words. */
export function matching(pattern: RegExp, rule: string): Setting<string | undefined>;
export function matching(pattern: RegExp, rule: string, fallback: string): Setting<string>;
export function matching(pattern: RegExp, rule: string, fallback?: string): Setting<string | undefined> {
  return (name, given) => {
    if (given === undefined) return fallback;
    if (typeof given !== 'string' || !pattern.test(given)) throw refused(name, rule, given);
    return given;
  };
}

/** One of a few words. */
export function choice<Word extends string>(words: readonly Word[]): Setting<Word | undefined>;
export function choice<Word extends string>(words: readonly Word[], fallback: Word): Setting<Word>;
export function choice<Word extends string>(words: readonly Word[], fallback?: Word): Setting<Word | undefined> {
  return (name, given) => {
    if (given === undefined) return fallback;
    const word = words.find(each => each === given);
    if (word === undefined) throw refused(name, `one of ${words.join(', ')}`, given);
    return word;
  };
}

/** A whole number in a range, both ends included. */
export function whole(range: { readonly from: number; readonly to: number }, fallback: number): Setting<number> {
  return (name, given) => {
    if (given === undefined) return fallback;
    const value = numberOf(given);
    if (!Number.isSafeInteger(value) || value < range.from || value > range.to) {
      throw refused(name, `a whole number from ${range.from} to ${range.to}`, given);
    }
    return value;
  };
}

/** One of a few numbers. */
export function oneOf(numbers: readonly number[], fallback: number): Setting<number> {
  return (name, given) => {
    if (given === undefined) return fallback;
    const value = numberOf(given);
    if (!numbers.includes(value)) throw refused(name, `one of ${numbers.join(', ')}`, given);
    return value;
  };
}

/** True or false. */
export function flag(): Setting<boolean | undefined> {
  return (name, given) => {
    if (given === undefined) return undefined;
    if (given === true || given === 'true') return true;
    if (given === false || given === 'false') return false;
    throw refused(name, 'true or false', given);
  };
}

/** An e-mail address, as far as a shape can tell. */
export function email(): Setting<string | undefined> {
  return matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an e-mail address');
}

function numberOf(given: unknown): number {
  if (typeof given === 'number') return given;
  return typeof given === 'string' && /^-?\d+$/.test(given) ? Number(given) : Number.NaN;
}

function refused(name: string, rule: string, given: unknown): Error {
  return new Error(`Cannot read configuration: ${name} must be ${rule}, received ${JSON.stringify(given)}`);
}
