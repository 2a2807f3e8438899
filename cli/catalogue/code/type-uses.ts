import type { SourceText } from '../../schemas/type-users.ts';
import { type Code, type Declaration, readCode } from './declarations.ts';

/** What the code of a handler does with event types. */
export interface TypeUses {
  /** Names them at all. */
  readonly names: ReadonlySet<string>;
  /** Names them in a function, and not only to compare or to judge: events of the type come of it. */
  readonly makes: ReadonlySet<string>;
}

/** A name that stands for an event type, as code spells it: `types.cartAbandoned`. */
interface Spelling {
  readonly type: string;
  /** The object that holds the types of a domain. */
  readonly holder: string;
  readonly key: string;
}

const CONSTANT = /^ {2}(\w+): '([^']+)'/gm;

/**
 * Which event types the code of each handler names and makes, by what can be reached from `handler` in
 * `lambdas/<name>/handler.ts`. It follows names through the declarations of this repository: what is put together at run
 * time is not seen.
 */
export function typeUses(sources: readonly SourceText[], eventTypes: readonly string[]): ReadonlyMap<string, TypeUses> {
  const code = readCode(sources);
  const spellings = spellingsOf(code, eventTypes);
  const uses = new Map<string, TypeUses>();
  for (const { file } of sources) {
    const [, handler] = /^lambdas\/([^/]+)\/handler\.ts$/.exec(file) ?? [];
    if (handler === undefined) continue;
    const reached = reachedFrom(code, `${file}#handler`);
    uses.set(handler, {
      names: typesIn(reached, code, spellings, spelling => spelling.text),
      makes: typesIn(
        reached.filter(({ isFunction }) => isFunction),
        code,
        spellings,
        declaration => withoutComparisons(declaration.text),
      ),
    });
  }
  return uses;
}

function spellingsOf({ declarations }: Code, eventTypes: readonly string[]): readonly Spelling[] {
  return [...declarations.values()].flatMap(({ id, text, isFunction }) => {
    if (isFunction || !text.includes('= {')) return [];
    return [...text.matchAll(CONSTANT)]
      .filter(([, , value = '']) => eventTypes.includes(value))
      .map(([, key = '', type = '']) => ({ type, holder: id, key }));
  });
}

function reachedFrom(code: Code, start: string): readonly Declaration[] {
  const reached = new Map<string, Declaration>();
  const waiting = [start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const declaration = code.declarations.get(id);
    if (!declaration || reached.has(id)) continue;
    reached.set(id, declaration);
    const names = code.names.get(id.replace(/#.*/, ''));
    for (const word of new Set(declaration.text.match(/\b[A-Za-z_]\w*/g))) {
      const next = names?.get(word);
      if (next !== undefined) waiting.push(next);
    }
  }
  return [...reached.values()];
}

function typesIn(
  declarations: readonly Declaration[],
  code: Code,
  spellings: readonly Spelling[],
  textOf: (declaration: Declaration) => string,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const declaration of declarations) {
    const text = textOf(declaration);
    const names = [...(code.names.get(declaration.id.replace(/#.*/, '')) ?? [])];
    for (const { type, holder, key } of spellings) {
      if (found.has(type)) continue;
      const locals = names.filter(([, id]) => id === holder).map(([local]) => local);
      const isNamed = text.includes(`'${type}'`) && declaration.id !== holder;
      if (isNamed || locals.some(local => new RegExp(`\\b${local}\\.${key}\\b`).test(text))) found.add(type);
    }
  }
  return found;
}

/** Without what only asks which type an event has. */
function withoutComparisons(text: string): string {
  return text.replace(/(?:\bcase |[!=]== )[\w.'-]+/g, '').replace(/\bschemaContract\([^)]*\)/g, '');
}
