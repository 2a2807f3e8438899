import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseEventType } from '../../core/index.ts';
import { UsageError } from '../command.ts';
import { ROOT, schemaOfType } from './schema-files.ts';

/** Which number of the version goes up. */
export type VersionStep = 'major' | 'minor' | 'patch';

/** What was written, and what is left to do by hand. */
export interface NewVersion {
  readonly file: string;
  readonly version: string;
  readonly next: readonly string[];
}

/**
 * Starts a new version of an event type: in its file, or for a new major in a file of its own, as a type of its own.
 * @throws UsageError when the type is unknown, or the new major is there already
 */
export async function startVersion(type: string, step: VersionStep): Promise<NewVersion> {
  const { file, schema } = await schemaOfType(type);
  const version = raised(String(schema['x-version']), step);
  const text = await readFile(path.join(ROOT, file), 'utf8');
  if (step !== 'major') {
    await writeFile(
      path.join(ROOT, file),
      replaced(text, `"x-version": "${schema['x-version']}"`, `"x-version": "${version}"`),
    );
    const next = ['change the schema', 'npm run schemas -- check', 'npm run schemas:generate'];
    return { file, version, next };
  }
  const parsed = parseEventType(type);
  if (!parsed) throw new UsageError(`Cannot start a version of '${type}': it has no major version`);
  const newType = type.replace(/\d+$/, String(parsed.major + 1));
  const newFile = file.replace(`.v${parsed.major}.schema.json`, `.v${parsed.major + 1}.schema.json`);
  const isThere = await access(path.join(ROOT, newFile)).then(
    () => true,
    () => false,
  );
  if (isThere || newFile === file) throw new UsageError(`Cannot start '${newType}': ${newFile} is there already`);
  const title = String(schema.title).replace(/V\d+$/, '');
  const copy = replaced(
    text.replaceAll(type, newType),
    `"x-version": "${schema['x-version']}"`,
    `"x-version": "${version}"`,
  );
  await writeFile(
    path.join(ROOT, newFile),
    replaced(copy, `"title": "${schema.title}"`, `"title": "${title}V${parsed.major + 1}"`),
  );
  const folder = path.dirname(file);
  return {
    file: newFile,
    version,
    next: [
      `change ${newFile}`,
      'npm run schemas:generate',
      `name ${newType} in ${folder}/event-types.ts and give it a contract beside the one of ${type}`,
      `keep ${type} until nobody writes it and no archive holds it`,
    ],
  };
}

function raised(version: string, step: VersionStep): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (step === 'major') return `${major + 1}.0.0`;
  return step === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`Cannot change the schema: must hold ${from}`);
  return text.replace(from, to);
}
