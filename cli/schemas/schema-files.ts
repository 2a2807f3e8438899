/** The schemas of events in this checkout, and as git remembers them. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { isSchemaObject, type SchemaObject } from '../../core/index.ts';
import { UsageError } from '../command.ts';

/** A schema with the file that holds it, relative to the repository. */
export interface SchemaFile {
  readonly file: string;
  readonly schema: SchemaObject;
}

/** The root of the checkout. */
export const ROOT = path.resolve(import.meta.dirname, '../..');
const SCHEMA_FILE = /^domains\/[^/]+\/events\/[^/]+\.schema\.json$/;
const run = promisify(execFile);

/** Every schema of the working tree. */
export async function workingSchemas(root = ROOT): Promise<readonly SchemaFile[]> {
  const entries = await readdir(path.join(root, 'domains'), { recursive: true });
  const files = entries
    .map(entry => `domains/${entry.replaceAll(path.sep, '/')}`)
    .filter(file => SCHEMA_FILE.test(file));
  return Promise.all(
    files.sort().map(async file => ({ file, schema: parsed(await readFile(path.join(root, file), 'utf8'), file) })),
  );
}

/** The schema of a type in the working tree. @throws UsageError that names the types there are */
export async function schemaOfType(type: string): Promise<SchemaFile> {
  const schemas = await workingSchemas();
  const found = schemas.find(({ schema }) => schema['x-type'] === type);
  if (found) return found;
  const known = schemas.map(({ schema }) => schema['x-type']).join(', ');
  throw new UsageError(`Cannot find the schema of '${type}': there are ${known}`);
}

/** Whether git knows this checkout, with at least one commit. */
export async function hasHistory(root = ROOT): Promise<boolean> {
  return git(root, 'rev-parse', '--verify', '--quiet', 'HEAD').then(
    () => true,
    () => false,
  );
}

/** The schema files at a commit. @throws UsageError when there is no such commit */
export async function filesAt(ref: string, root = ROOT): Promise<readonly string[]> {
  const commit = await git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).catch(
    () => undefined,
  );
  if (commit === undefined) throw new UsageError(`Cannot compare with '${ref}': git knows no such commit`);
  const listed = await git(root, 'ls-tree', '-r', '--name-only', commit.trim(), '--', 'domains');
  return listed.split('\n').filter(file => SCHEMA_FILE.test(file));
}

/** A schema as it was at a commit. */
export async function schemaAt(ref: string, file: string, root = ROOT): Promise<SchemaObject> {
  return parsed(await git(root, 'show', `${ref}:${file}`), `${ref}:${file}`);
}

/** Every version of a file up to a commit: its last content under each `x-version`, the oldest first. */
export async function versionsUpTo(ref: string, file: string, root = ROOT): Promise<readonly SchemaObject[]> {
  const commits = (await git(root, 'log', '--format=%H', ref, '--', file)).split('\n').filter(Boolean).reverse();
  const byVersion = new Map<unknown, SchemaObject>();
  for (const commit of commits) {
    const schema = await schemaAt(commit, file, root).catch(() => undefined); // gone, or no JSON, in that commit
    if (!schema) continue;
    byVersion.delete(schema['x-version']);
    byVersion.set(schema['x-version'], schema);
  }
  return [...byVersion.values()];
}

async function git(root: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', root, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

function parsed(text: string, name: string): SchemaObject {
  const schema: unknown = JSON.parse(text);
  if (isSchemaObject(schema)) return schema;
  throw new Error(`Cannot read ${name}: a schema must be a JSON object`);
}
