/**
 * Generates, from the JSON Schemas of a domain's events, the types of their data and validators that were compiled ahead
 * of time: nothing is evaluated at run time, and Ajv itself is not part of any bundle.
 *
 * Run it as a script to write `domains/<domain>/events/generated/`; a contract test checks that those files are current.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { dataShapeOf, type SchemaObject } from '../core/index.ts';
import { validatorSource } from './schema-validator.ts';

/** A schema of an event's data, as far as it is read here. */
export interface EventSchema {
  readonly $id: string;
  readonly title: string;
  readonly 'x-type': string;
  readonly 'x-version': string;
  readonly 'x-owner': string;
  readonly examples: readonly unknown[];
  readonly [keyword: string]: unknown;
}

/** A generated file, by its name inside `generated/`. */
export type GeneratedFiles = ReadonlyMap<string, string>;

const NOTICE = '// Generated from the event schemas by domains/generate-events.ts; edit those instead.\n';
const SCHEMAS_TYPE = `${NOTICE}import type { SchemaObject } from '../../../../core/index.ts';

/** Every schema of the domain, whole. */
export const schemas: readonly SchemaObject[];
`;
const domainsFolder = fileURLToPath(new URL('.', import.meta.url));

/** The domains: every folder beside this file. */
export async function domainNames(): Promise<string[]> {
  const entries = await readdir(domainsFolder, { withFileTypes: true });
  return entries
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort();
}

/** The schemas of a domain's events, in the order of their file names. */
export async function eventSchemas(domain: string): Promise<EventSchema[]> {
  const folder = join(domainsFolder, domain, 'events');
  const names = (await readdir(folder)).filter(name => name.endsWith('.schema.json')).sort();
  return Promise.all(names.map(async name => JSON.parse(await readFile(join(folder, name), 'utf8')) as EventSchema));
}

/** Everything that belongs into a domain's `generated/` folder. */
export async function generateEvents(domain: string): Promise<GeneratedFiles> {
  const schemas = await eventSchemas(domain);
  const files = new Map([['data-types.ts', await dataTypes(schemas)]]);
  for (const schema of schemas) {
    files.set(`is-${fileName(schema)}.js`, await validator(schema));
    files.set(`is-${fileName(schema)}.d.ts`, validatorType(schema));
  }
  files.set('schemas.js', `${NOTICE}export const schemas = ${JSON.stringify(schemas)};\n`);
  files.set('schemas.d.ts', SCHEMAS_TYPE);
  return files;
}

/** The folder that `generateEvents` is meant for. */
export function generatedFolder(domain: string): string {
  return join(domainsFolder, domain, 'events', 'generated');
}

async function dataTypes(schemas: readonly EventSchema[]): Promise<string> {
  const types: string[] = [];
  for (const schema of schemas) {
    // Conditions between members are the validator's affair; in the types such members are optional.
    const { if: _if, then: _then, else: _else, anyOf: _anyOf, examples: _examples, ...plain } = schema;
    const options = { bannerComment: '', additionalProperties: false, ignoreMinAndMaxItems: true } as const;
    types.push(await compile(plain as JSONSchema, schema.title, options));
  }
  return `${NOTICE}\n${types.join('\n')}`;
}

/** One validator per file, so that a bundle holds only those that it asks for. */
async function validator(schema: EventSchema): Promise<string> {
  const source = leanSource(validatorSource(rulesOnly(schema), { strict: true, esm: true }));
  const about = { version: schema['x-version'], shape: dataShapeOf(schema) };
  const result = await build({
    stdin: {
      contents: `${source}\nObject.assign(validate, ${JSON.stringify(about)});\nexport { validate as is${schema.title} };`,
      resolveDir: domainsFolder,
    },
    absWorkingDir: domainsFolder,
    bundle: true,
    external: [CODE_POINT_COUNT, REFUSE_DATA],
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
  });
  return `${NOTICE}${result.outputFiles[0]?.text ?? ''}`;
}

const EVENTS = '../../../../core/events';
const CODE_POINT_COUNT = `${EVENTS}/code-point-count.ts`;
const REFUSE_DATA = `${EVENTS}/refuse-data.ts`;
const LENGTH = /const (\w+) = require\("ajv\/dist\/runtime\/ucs2length"\)\.default;?/g;
/** A limit of characters, as the validators ask about it. */
const LIMIT = /(\bfunc\d+)\((data\d*)\) ?([<>]) ?(\d+)/g;
const TEXT = '"(?:[^"\\\\]|\\\\.)*"';
const REFUSAL = new RegExp(
  `(\\w+)\\.errors = \\[\\{instancePath(?::([^,{}]+))?,schemaPath:${TEXT},keyword:(${TEXT}),` +
    `params:(\\{(?:[^{}"]|${TEXT})*\\}),message:((?:[^{}"]|${TEXT})*)\\}\\];\\s*return false;`,
  'g',
);
/** What a validator begins with for the sake of others that call it, and to find out at run time what is always so. */
const PROLOGUE = new RegExp(
  String.raw`(function (validate\d+)\(data), \{instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors=\{\}\}=\{\}\)\{` +
    String.raw`(.*?)const evaluated0 = \2\.evaluated;if\(evaluated0\.dynamicProps\)\{evaluated0\.props = undefined;\}` +
    String.raw`if\(evaluated0\.dynamicItems\)\{evaluated0\.items = undefined;\}`,
);
const CONTEXT = /\b(?:parentData|parentDataProperty|rootData|dynamicAnchors|evaluated0)\b/;

/**
 * The same judgements in less code, for every handler holds every validator: they share what measures a text and what
 * refuses, and errors do not say what nobody reads. And in less time: a text has no more characters than UTF-16 units, and
 * no less than half as many, so that most need not be counted.
 */
function leanSource(source: string): string {
  const lean = source
    .replace(LENGTH, `import { codePointCount as $1 } from '${CODE_POINT_COUNT}';`)
    .replace(LIMIT, (asked, _count, text, order, limit) => {
      return `${text}.length${order}${order === '<' ? 2 * Number(limit) : limit}&&${asked}`;
    })
    .replace(REFUSAL, (_, validator, path = 'instancePath', ...[keyword, params, message]) => {
      return `return refuse(${validator},${path},${keyword},${params},${message});`;
    });
  const alone = lean.replace(PROLOGUE, '$1){const instancePath = "";$3').replaceAll('evaluated0.props = props0;', '');
  const isAlone = !CONTEXT.test(alone); // else another validator calls it, or it asks about its context
  return `import { refuseData as refuse } from '${REFUSE_DATA}';\n${isAlone ? alone : lean}`;
}

/** A schema without what only people read. */
function rulesOnly(schema: EventSchema): SchemaObject {
  const text = JSON.stringify(schema, (name, value) => (isAnnotation(name, value) ? undefined : value));
  return JSON.parse(text) as SchemaObject;
}

function isAnnotation(name: string, value: unknown): boolean {
  if (name.startsWith('x-') || name === '$schema' || name === 'examples') return true;
  return (name === 'description' || name === 'title') && typeof value === 'string';
}

function validatorType({ title }: EventSchema): string {
  return `${NOTICE}import type { Validator } from '../../../../core/index.ts';
import type { ${title} } from './data-types.ts';

export const is${title}: Validator<${title}>;
`;
}

/** `CartAbandoned` → `cart-abandoned` */
function fileName({ title }: EventSchema): string {
  return title.replace(/(?<=.)[A-Z]/g, '-$&').toLowerCase();
}

if (import.meta.main) {
  for (const domain of await domainNames()) {
    await rm(generatedFolder(domain), { recursive: true, force: true });
    await mkdir(generatedFolder(domain), { recursive: true });
    for (const [name, text] of await generateEvents(domain)) await writeFile(join(generatedFolder(domain), name), text);
  }
}
