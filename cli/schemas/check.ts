import {
  checkReads,
  compatibilityModeOf,
  type EventReader,
  eventVersions,
  readersOf,
  reviewDocumentation,
  reviewSchema,
  type SchemaObject,
  type SchemaProblem,
} from '../../core/index.ts';
import { eventFlow } from '../../domains/event-flow.ts';
import { filesAt, ROOT, schemaAt, versionsUpTo, workingSchemas } from './schema-files.ts';
import { readersOfField, sourceTexts, type TypeUser, usersOf } from './type-users.ts';

/** A refused change, with those that it breaks. */
export interface RefusedChange extends SchemaProblem {
  /** The consumers and processors that say they read the field. */
  readonly readers: readonly string[];
  /** The code that uses the type. */
  readonly users: readonly TypeUser[];
}

/** Where schemas are looked for, and who reads their events. @default this checkout, and everybody in its domains */
export interface CheckedPlace {
  readonly root?: string;
  readonly readers?: readonly EventReader[];
}

/** What became of one event type since the commit. */
export interface TypeReview {
  readonly type: string;
  readonly file: string;
  readonly change: 'unchanged' | 'changed' | 'added' | 'removed';
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly mode: string | undefined;
  readonly problems: readonly RefusedChange[];
}

/** Compares the schemas of the working tree with those at a commit. @throws UsageError when there is no such commit */
export async function checkSchemas(
  ref: string,
  { root = ROOT, readers = readersOf(eventFlow) }: CheckedPlace = {},
): Promise<readonly TypeReview[]> {
  const working = await workingSchemas(root);
  const before = await filesAt(ref, root);
  const sources = await sourceTexts(root);
  const reviews = working.map(async ({ file, schema }): Promise<TypeReview> => {
    const previous = before.includes(file) ? await versionsUpTo(ref, file, root) : [];
    const latest = previous.at(-1);
    const isSame = latest !== undefined && JSON.stringify(latest) === JSON.stringify(schema);
    const [type, title] = [String(schema['x-type']), String(schema.title)];
    const changes = isSame ? [] : [...reviewSchema(previous, schema), ...reviewDocumentation(schema)];
    const missing = unreadable([...(isSame ? previous.slice(0, -1) : previous), schema], readers);
    const problems = [...changes, ...missing.filter(({ field }) => !changes.some(change => change.field === field))];
    return {
      type,
      file,
      change: latest === undefined ? 'added' : isSame ? 'unchanged' : 'changed',
      from: latest && String(latest['x-version']),
      to: String(schema['x-version']),
      mode: compatibilityModeOf(schema),
      problems: problems.map(problem => ({
        ...problem,
        readers: readersOfField(readers, type, problem.field),
        users: usersOf(sources, { type, title, field: problem.field }),
      })),
    };
  });
  const gone = before.filter(file => !working.some(schema => schema.file === file));
  const removed = gone.map(async (file): Promise<TypeReview> => {
    const schema = await schemaAt(ref, file, root);
    const type = String(schema['x-type']);
    const users = usersOf(sources, { type, title: String(schema.title), field: 'data' });
    const text = `${file}: the schema is gone, and events of the type are kept in archives and lanes`;
    const broken = readersOfField(readers, type, 'data');
    const problems = [{ rule: 'removed', field: 'data', pointer: '', text, readers: broken, users }];
    return {
      type,
      file,
      change: 'removed',
      from: String(schema['x-version']),
      to: undefined,
      mode: undefined,
      problems,
    };
  });
  return Promise.all([...reviews, ...removed]);
}

/**
 * What readers say they read, and some version does not have. A version that is about to follow may leave out what is optional,
 * and still take it from who reads it.
 */
function unreadable(versions: readonly SchemaObject[], readers: readonly EventReader[]): readonly SchemaProblem[] {
  const catalog = { versions: eventVersions(versions) };
  const types = new Set(catalog.versions.map(({ type }) => type));
  return readers.flatMap(reader => {
    const own = Object.entries(reader.readsFields).filter(([type]) => types.has(type));
    const problems = checkReads({ ...reader, readsFields: Object.fromEntries(own) }, catalog);
    return problems.map(({ field, text }) => ({ rule: 'reads', field, pointer: '', text: `${reader.name}: ${text}` }));
  });
}

/** The reviews for a person: what changed, and everything that is refused with who uses it. */
export function reviewText(reviews: readonly TypeReview[], ref: string): string {
  const changed = reviews.filter(({ change }) => change !== 'unchanged');
  const refused = reviews.flatMap(({ problems }) => problems).length;
  const verdict = refused === 0 ? 'nothing is refused' : `${refused} refused`;
  return [
    `${reviews.length} event types, ${changed.length} changed since ${ref}: ${verdict}`,
    ...changed.flatMap(reviewLines),
  ].join('\n');
}

function reviewLines({ type, change, from, to, mode, problems }: TypeReview): readonly string[] {
  const versions = [from, to].filter(Boolean).join(' → ');
  return [
    '',
    `${type} ${versions} (${change}${mode === undefined ? '' : `, ${mode}`}): ${problems.length === 0 ? 'accepted' : 'refused'}`,
    ...problems.flatMap(problem => [
      `  ${problem.text}`,
      ...problem.readers.map(reader => `    breaks ${reader}, which reads it`),
      ...userLines(problem.users),
    ]),
  ];
}

function userLines(users: readonly TypeUser[]): readonly string[] {
  const naming = users.filter(({ namesField }) => namesField);
  if (users.length === 0) return ['    no code here uses the type'];
  if (naming.length === 0) return [`    ${users.length} files use the type, none names the field`];
  const others = users.length - naming.length;
  return [
    ...naming.map(({ file }) => `    uses the type and names the field: ${file}`),
    ...(others === 0 ? [] : [`    and ${others} more files use the type`]),
  ];
}
