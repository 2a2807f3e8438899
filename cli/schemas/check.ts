import { compatibilityModeOf, reviewDocumentation, reviewSchema, type SchemaProblem } from '../../core/index.ts';
import { filesAt, ROOT, schemaAt, versionsUpTo, workingSchemas } from './schema-files.ts';
import { sourceTexts, type TypeUser, usersOf } from './type-users.ts';

/** A refused change, with the code that uses the type. */
export interface RefusedChange extends SchemaProblem {
  readonly users: readonly TypeUser[];
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
export async function checkSchemas(ref: string, root = ROOT): Promise<readonly TypeReview[]> {
  const working = await workingSchemas(root);
  const before = await filesAt(ref, root);
  const sources = await sourceTexts(root);
  const reviews = working.map(async ({ file, schema }): Promise<TypeReview> => {
    const previous = before.includes(file) ? await versionsUpTo(ref, file, root) : [];
    const latest = previous.at(-1);
    const isSame = latest !== undefined && JSON.stringify(latest) === JSON.stringify(schema);
    const [type, title] = [String(schema['x-type']), String(schema.title)];
    const problems = isSame ? [] : [...reviewSchema(previous, schema), ...reviewDocumentation(schema)];
    return {
      type,
      file,
      change: latest === undefined ? 'added' : isSame ? 'unchanged' : 'changed',
      from: latest && String(latest['x-version']),
      to: String(schema['x-version']),
      mode: compatibilityModeOf(schema),
      problems: problems.map(problem => ({
        ...problem,
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
    const problems = [{ rule: 'removed', field: 'data', pointer: '', text, users }];
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
    ...problems.flatMap(problem => [`  ${problem.text}`, ...userLines(problem.users)]),
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
