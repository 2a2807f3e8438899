/**
 * Finds who uses an event type. Consumers and processors say themselves what they read; the rest is found by its text: who names the type, the constant that stands for it, or a
 * TypeScript type that is made from it. It sees what is in this repository and nothing of other ones.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EventReader } from '../../core/index.ts';
import { ROOT } from './schema-files.ts';

/** A source file, by its path in the repository. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** A file that uses an event type. */
export interface TypeUser {
  readonly file: string;
  /** Whether it names the field that was asked for. */
  readonly namesField: boolean;
}

const FOLDERS = ['domains', 'lambdas', 'lib', 'statemachines'];

/** Source files in which event types may be used; generated ones and those that define events are left out. */
export async function sourceTexts(root = ROOT): Promise<readonly SourceText[]> {
  const lists = await Promise.all(
    FOLDERS.map(async folder => {
      const entries = await readdir(path.join(root, folder), { recursive: true }).catch(() => []);
      return entries.map(entry => `${folder}/${entry.replaceAll(path.sep, '/')}`);
    }),
  );
  const files = lists.flat().filter(file => /\.(ts|jsonata|asl\.json)$/.test(file) && !file.includes('/generated/'));
  return Promise.all(files.sort().map(async file => ({ file, text: await readFile(path.join(root, file), 'utf8') })));
}

/** The consumers and processors that read a field, something inside it, or what it is inside of. */
export function readersOfField(readers: readonly EventReader[], type: string, field: string): readonly string[] {
  return readers
    .filter(({ readsFields }) => readsFields[type]?.some(read => isWithin(read, field) || isWithin(field, read)))
    .map(({ name }) => name);
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** The code that uses a type. @param field path of the data, as `data.lines[].quantity` */
export function usersOf(
  sources: readonly SourceText[],
  { type, title, field }: { readonly type: string; readonly title: string; readonly field: string },
): readonly TypeUser[] {
  const definitions = sources.filter(({ file }) => /^domains\/[^/]+\/events\//.test(file));
  const names = namesOf(definitions, type, title);
  const last = field
    .split(/[.[\]*]+/)
    .filter(Boolean)
    .at(-1);
  const namesField = new RegExp(`\\b${escaped(last ?? 'data')}\\b`);
  return sources
    .filter(source => !definitions.includes(source) && names.some(name => name.test(source.text)))
    .map(({ file, text }) => ({ file, namesField: last !== 'data' && namesField.test(text) }));
}

/** Expressions for everything that stands for the type. */
function namesOf(definitions: readonly SourceText[], type: string, title: string): readonly RegExp[] {
  const constants = definitions.flatMap(({ text }) => [...text.matchAll(/(\w+):\s*'([^']+)'/g)]);
  const keys = constants.filter(([, , value]) => value === type).map(([, key = '']) => key);
  const aliases = new Set([title]);
  for (let before = 0; before < aliases.size; ) {
    before = aliases.size;
    for (const { text } of definitions) {
      for (const [, alias = '', definition = ''] of text.matchAll(/export (?:type|const) (\w+)\b[^=]*=([^;]*);/g)) {
        const words = new Set(definition.match(/\w+/g));
        if ([...aliases].some(name => words.has(name)) || keys.some(key => definition.includes(`types.${key}`)))
          aliases.add(alias);
      }
    }
  }
  return [
    new RegExp(escaped(type)),
    ...keys.map(key => new RegExp(`[tT]ypes\\.${escaped(key)}\\b`)),
    ...[...aliases].map(alias => new RegExp(`\\b${escaped(alias)}\\b`)),
  ];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
