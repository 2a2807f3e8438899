/**
 * Reads the top-level declarations of source files by their text: the formatter puts each at the beginning of a line, and
 * what belongs to it behind. Types are left out: they name events without using one.
 */
import path from 'node:path';
import type { SourceText } from '../../schemas/type-users.ts';

/** A function or constant. */
export interface Declaration {
  /** `lambdas/payment/handler.ts#handler` */
  readonly id: string;
  readonly name: string;
  readonly isFunction: boolean;
  readonly text: string;
}

/** The declarations of all files, and where the names in each file lead. */
export interface Code {
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** By file: names that it may use, and the declaration that each stands for. */
  readonly names: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

const DECLARATION = /^(?:export )?(?:async )?(function\*?|const) (\w+)/;
const OTHER_START = /^(?:import|export|type|interface|class|let|for|if|\/\*\*|\/\/| \*)/;
const IMPORT = /^(?:import|export) (type )?\{([^}]*)\} from '(\.[^']+)';/gm;

/** Reads the declarations of TypeScript sources; other files have none. */
export function readCode(sources: readonly SourceText[]): Code {
  const files = sources.filter(({ file }) => file.endsWith('.ts'));
  const declarations = new Map(files.flatMap(declarationsOf).map(declaration => [declaration.id, declaration]));
  const names = new Map(files.map(source => [source.file, namesOf(source, declarations)]));
  return { declarations, names };
}

function declarationsOf({ file, text }: SourceText): readonly Declaration[] {
  const found: { readonly name: string; readonly isFunction: boolean; readonly lines: string[] }[] = [];
  let isInside = false;
  for (const line of text.split('\n')) {
    const [, keyword, name] = DECLARATION.exec(line) ?? [];
    if (name !== undefined) found.push({ name, isFunction: keyword !== 'const', lines: [] });
    if (name !== undefined) isInside = true;
    else if (OTHER_START.test(line)) isInside = false;
    if (isInside) found.at(-1)?.lines.push(line);
  }
  return found.map(({ name, isFunction, lines }) => ({
    id: `${file}#${name}`,
    name,
    isFunction,
    text: lines.join('\n').replace(/\/\/.*$/gm, ''),
  }));
}

function namesOf(
  { file, text }: SourceText,
  declarations: ReadonlyMap<string, Declaration>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { id, name } of declarations.values()) if (id === `${file}#${name}`) names.set(name, id);
  for (const [, isType, list = '', from = ''] of text.matchAll(IMPORT)) {
    if (isType) continue;
    const target = path.posix.join(path.posix.dirname(file), from);
    for (const item of list.split(',').map(part => part.trim())) {
      const [imported = '', local = imported] = item.split(' as ');
      if (imported !== '' && !imported.startsWith('type ')) names.set(local, `${target}#${imported}`);
    }
  }
  return names;
}
