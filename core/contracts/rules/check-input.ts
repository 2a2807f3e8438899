import { type BusEventShape, reachedInEvent } from './bus-event.ts';
import type { RuleBook } from './check-rule.ts';
import { unknownFieldText } from './field-conditions.ts';
import { suggestion } from './nearest-name.ts';
import { fieldProblem, type RuleProblem } from './rule-problem.ts';

/** What a target is given in place of the event. */
export interface TargetInput {
  readonly constant?: string | undefined;
  readonly path?: string | undefined;
  /** Values of the event by name, and the text that they are put into. */
  readonly transformer?:
    | { readonly paths: Readonly<Record<string, string>>; readonly template: string | undefined }
    | undefined;
}

/** Names that EventBridge fills in itself. */
const RESERVED = [
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event',
  'aws.events.event.json',
];
const PLACEHOLDER = /<([A-Za-z0-9_.-]+)>/g;
const STEP = /\.([^.[\]]+)|\[\s*(?:'([^']*)'|"([^"]*)"|\d+|\*)\s*\]/y;

/**
 * Why what a target is given cannot be made of the events that come to it.
 * @param types what the rule delivers; nothing is known of other events
 */
export function checkInput(input: TargetInput, types: readonly string[], { shapes }: RuleBook): readonly RuleProblem[] {
  const { constant, path, transformer } = input;
  const delivered = types.map(type =>
    shapes.filter(({ version, data }) => version.type === type && data !== undefined),
  );
  const problems: (RuleProblem | undefined)[] = [];
  if (constant !== undefined && !isJson(constant)) {
    problems.push(fieldProblem('input', 'Input', `must be JSON, received ${constant}`));
  }
  if (path !== undefined) problems.push(pathProblem('InputPath', path, delivered));
  if (transformer) {
    const { paths, template } = transformer;
    for (const [name, each] of Object.entries(paths)) {
      problems.push(pathProblem(`InputPathsMap.${name}`, each, delivered));
    }
    if (template !== undefined) problems.push(...templateProblems(template, Object.keys(paths)));
  }
  return problems.filter(problem => problem !== undefined);
}

function pathProblem(
  field: string,
  path: string,
  delivered: readonly (readonly BusEventShape[])[],
): RuleProblem | undefined {
  const names = namesOf(path);
  if (!names) return fieldProblem('input', field, `is no path that EventBridge reads: ${path}`);
  const without = delivered.find(shapes => !shapes.some(shape => reachedInEvent(shape, names).isDeclared));
  return without && fieldProblem('input', field, `reads ${path}, which ${unknownFieldText(names, without)}`);
}

/** The names along a path; indexes go to any element. */
function namesOf(path: string): readonly string[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const names: string[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const step = STEP.exec(path);
    if (!step) return undefined;
    const name = step[1] ?? step[2] ?? step[3];
    if (name !== undefined && name !== '*') names.push(name);
  }
  return names;
}

function templateProblems(template: string, names: readonly string[]): readonly RuleProblem[] {
  const known = [...names, ...RESERVED];
  const used = [...new Set(Array.from(template.matchAll(PLACEHOLDER), ([, name = '']) => name))];
  const unknown = used
    .filter(name => !known.includes(name))
    .map(name => {
      const others = names.length === 0 ? '; InputPathsMap is empty' : `; InputPathsMap has ${names.join(', ')}`;
      const reason = `uses <${name}>, which InputPathsMap does not name${suggestion(name, names) || others}`;
      return fieldProblem('input', 'InputTemplate', reason);
    });
  const malformed = malformedText(template);
  return malformed === undefined ? unknown : [...unknown, fieldProblem('input', 'InputTemplate', malformed)];
}

/** Why a template makes no JSON, or no text, whatever is put into it. */
function malformedText(template: string): string | undefined {
  const text = filled(template).trim();
  if (text.startsWith('{') || text.startsWith('[')) {
    return isJson(text) ? undefined : `is not well formed: it begins as JSON, and makes none: ${template}`;
  }
  const open = text.split('\n').find(line => line.trim().startsWith('"') && !isJson(line.trim()));
  return open === undefined ? undefined : `is not well formed: a text must end with its quotes: ${open.trim()}`;
}

/** The template with values in it: a number outside of quotes, letters inside. */
function filled(template: string): string {
  let isQuoted = false;
  let result = '';
  let at = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const between = template.slice(at, match.index);
    isQuoted = endsQuoted(between, isQuoted);
    result += between + (isQuoted ? 'x' : '0');
    at = match.index + match[0].length;
  }
  return result + template.slice(at);
}

function endsQuoted(text: string, before: boolean): boolean {
  const quotes = text.replaceAll(/\\./g, '').split('"').length - 1;
  return quotes % 2 === 1 ? !before : before;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
