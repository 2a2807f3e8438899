/** A step of a path: a member's name, an array index, or every member or element. */
type Step = string | number | typeof EVERY;

const EVERY = Symbol('every');
const STEP = /\.([^.[\]]+)|\[\s*(?:'([^']*)'|"([^"]*)"|([0-9]+)|(\*))\s*\]/y;

/**
 * Parses the JSON paths that EventBridge understands: dots, brackets, indices and `*`.
 *
 * @returns undefined when the text is not such a path
 */
export function parseJsonPath(path: string): readonly Step[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (!match) return undefined;
    steps.push(toStep(match));
  }
  return steps;
}

/** The value at a path; with `*` a list of values; `undefined` when there is none. */
export function valueAt(root: unknown, path: string): unknown {
  const steps = parseJsonPath(path);
  if (!steps) return undefined;
  const found = steps.reduce<readonly unknown[]>((values, step) => values.flatMap(value => take(value, step)), [root]);
  return steps.includes(EVERY) && found.length > 0 ? found : found[0];
}

function toStep([, name, single, double, index, every]: RegExpExecArray): Step {
  if (every !== undefined || name === '*') return EVERY;
  if (index !== undefined) return Number(index);
  return name ?? single ?? double ?? '';
}

function take(value: unknown, step: Step): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === EVERY) return Object.values(value);
  if (typeof step === 'number') return Array.isArray(value) && step < value.length ? [value[step]] : [];
  return Object.hasOwn(value, step) && !Array.isArray(value) ? [(value as Record<string, unknown>)[step]] : []; // has the member
}
