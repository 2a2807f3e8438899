import { type Command, type Invocation, numberOption, type OptionValues, textOption, UsageError } from '../command.ts';
import { checkSchemas, reviewText } from '../schemas/check.ts';
import { diffText, namedSchema } from '../schemas/diff.ts';
import { fakeEvents } from '../schemas/fake-events.ts';
import { inferFile } from '../schemas/infer.ts';
import { startVersion, type VersionStep } from '../schemas/new-version.ts';
import { hasHistory, schemaOfType } from '../schemas/schema-files.ts';

const HELP = `Usage: millrace schemas <what> [options]

The contracts of events: JSON Schemas in domains/*/events, one per type.

  check                refuse changes since a commit that would break who reads or replays events; names the field, the
                       rule, the consumers that say they read it, and the code here that uses the type (found by its
                       text; other repositories are not seen)
  diff A B             what differs between two schemas, field by field; A and B are files, TYPE or TYPE@REF
  new-version TYPE     raise the version of a type in its file, or start a new major as a type of its own
  infer FILE           propose a schema from NDJSON or CSV (of CloudEvents, from their data); prints it
  fake TYPE            valid events of a type as NDJSON, the same for the same seed

Options:
  --against REF        check: the commit to compare with                              [default: HEAD]
  --json               check: print one JSON object {against, refused, types}
  --major, --patch     new-version: which number goes up                              [default: the minor one]
  --type TYPE          infer: the event type to propose it for                        [default: domain.thing.happened.v1]
  -n, --count N        fake: how many events                                          [default: 10]
  --seed N             fake: the seed                                                 [default: 1]
  --start TIME         fake: when the first one happens, RFC 3339                     [default: 2026-01-01T00:00:00Z]
  --subjects N         fake: so many subjects share the events                        [default: 10]
  -h, --help           this text

Exit code: 0 when nothing was refused, 1 when something was, 2 when the command cannot be carried out.`;

export const schemas: Command = {
  name: 'schemas',
  summary: 'check, compare, propose and fake the contracts of events',
  help: HELP,
  options: {
    against: { type: 'string' },
    json: { type: 'boolean' },
    major: { type: 'boolean' },
    patch: { type: 'boolean' },
    type: { type: 'string' },
    count: { type: 'string', short: 'n' },
    seed: { type: 'string' },
    start: { type: 'string' },
    subjects: { type: 'string' },
  },

  async run({ options, positionals }: Invocation) {
    const [what = '', ...names] = positionals;
    const wanted = { check: 0, diff: 2, 'new-version': 1, infer: 1, fake: 1 }[what];
    if (wanted === undefined) {
      throw new UsageError(`Cannot run 'schemas ${what}': one of check, diff, new-version, infer, fake is needed`);
    }
    if (names.length !== wanted) {
      throw new UsageError(`Cannot run 'schemas ${what}': ${wanted} arguments are needed, received ${names.length}`);
    }
    const [first = '', second = ''] = names;
    if (what === 'check') return check(options);
    if (what === 'diff') return print(diffText(await namedSchema(first), await namedSchema(second)));
    if (what === 'new-version') return newVersion(first, options);
    return what === 'infer' ? infer(first, options) : fake(first, options);
  },
};

function print(text: string): number {
  console.log(text);
  return 0;
}

async function check(options: OptionValues): Promise<number> {
  const against = textOption(options, 'against');
  if (against === undefined && !(await hasHistory()))
    return print('Nothing is compared: this folder has no git history');
  const ref = against ?? 'HEAD';
  const types = await checkSchemas(ref);
  const refused = types.reduce((sum, { problems }) => sum + problems.length, 0);
  print(options.json === true ? JSON.stringify({ against: ref, refused, types }) : reviewText(types, ref));
  return refused === 0 ? 0 : 1;
}

async function newVersion(type: string, options: OptionValues): Promise<number> {
  if (options.major === true && options.patch === true) {
    throw new UsageError('Cannot start a version: --major or --patch, not both');
  }
  const step: VersionStep = options.major === true ? 'major' : options.patch === true ? 'patch' : 'minor';
  const { file, version, next } = await startVersion(type, step);
  return print([`${file}: ${version}`, 'Next:', ...next.map(line => `  ${line}`)].join('\n'));
}

async function infer(file: string, options: OptionValues): Promise<number> {
  const { schema, rows, unreadable } = await inferFile(file, textOption(options, 'type') ?? 'domain.thing.happened.v1');
  console.error(`${rows} rows read${unreadable === 0 ? '' : `, ${unreadable} could not be`}`);
  return print(JSON.stringify(schema, undefined, 2));
}

async function fake(type: string, options: OptionValues): Promise<number> {
  const { schema } = await schemaOfType(type);
  const start = textOption(options, 'start') ?? '2026-01-01T00:00:00Z';
  const startMs = Date.parse(start);
  if (Number.isNaN(startMs)) throw new UsageError(`Cannot use --start: an RFC 3339 time, received '${start}'`);
  const count = numberOption(options, 'count', { fallback: 10, min: 1, max: 1_000_000 });
  const seed = numberOption(options, 'seed', { fallback: 1, min: 0, max: 2 ** 32 - 1 });
  const subjects = numberOption(options, 'subjects', { fallback: 10, min: 1, max: 1_000_000 });
  for (const event of fakeEvents(schema, { count, seed, startMs, subjects })) console.log(JSON.stringify(event));
  return 0;
}
