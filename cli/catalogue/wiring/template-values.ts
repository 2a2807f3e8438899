/** Reads values of templates, whose shape is not known: what is not as expected is not there. */

export type TemplateRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is TemplateRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list, or the one object that stands for a list of one. */
export function recordsOf(value: unknown): readonly TemplateRecord[] {
  return [value].flat().filter(isRecord);
}

/** The texts of a list, or the one text that stands for a list of one. */
export function textsOf(value: unknown): readonly string[] {
  return [value].flat().filter(item => typeof item === 'string');
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The value at a path, `undefined` where the path ends early. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((from, name) => (isRecord(from) ? from[name] : undefined), value);
}
