/**
 * Makes a schema (JSON Schema 2020-12) into a tree of functions, once: no code is generated, and nothing of the schema is
 * looked at again while values are judged.
 *
 * 1. What a subschema has evaluated counts for `unevaluatedProperties` and `unevaluatedItems` only when it holds; it is
 *    kept account of only if some document asks for it.
 * 2. `$dynamicRef` looks through the resources that judging came through, the outermost first.
 * 3. A schema is made into a function when a value first comes to it: schemas may refer to themselves.
 */
import { isSchemaObject, type JsonSchema, type SchemaObject } from '../json-schema.ts';
import {
  attempt,
  type Compile,
  compositions,
  conditions,
  itemJudges,
  memberJudges,
  unevaluated,
} from './applicators.ts';
import { listRules, numberRules, objectRules, textRules, typeRule, valueRule } from './assertions.ts';
import { type Failure, failure, type Judge, type KindJudge, type Scope, type Seen } from './judge.ts';
import { follow, type Resource, type Resources, resourceUri, type Target } from './schema-resources.ts';

/** Judges a value by the document that it was made of. */
export type CompiledSchema = (value: unknown) => Failure | undefined;

/**
 * Makes the judge of a document, or of a part of it.
 * @param all every document that references may lead to, the first one included
 */
export function compileSchema(first: Resource, all: Resources, part = first.root): CompiledSchema {
  const roots = [...all.values()].map(({ root }) => root);
  const compiler = new Compiler(all, {
    tracks: roots.some(root => holdsKeyword(root, ['unevaluatedProperties', 'unevaluatedItems'])),
    isDynamic: roots.some(root => holdsKeyword(root, ['$dynamicRef'])),
  });
  const judge = compiler.judgeOf(part, first);
  const scope = [first];
  return value => judge(value, undefined, scope);
}

function holdsKeyword(value: unknown, keywords: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (keywords.some(keyword => keyword in value)) return true;
  return Object.values(value).some(inner => holdsKeyword(inner, keywords));
}

const GOOD: Judge = () => undefined;
const BAD: Judge = () => failure('false schema', {}, 'boolean schema is false');

class Compiler {
  /** Whether account is kept of what was evaluated. */
  readonly #tracks: boolean;
  readonly #isDynamic: boolean;
  readonly #all: Resources;
  readonly #judges = new Map<Resource, Map<SchemaObject, Judge>>();

  constructor(all: Resources, options: { readonly tracks: boolean; readonly isDynamic: boolean }) {
    this.#all = all;
    this.#tracks = options.tracks;
    this.#isDynamic = options.isDynamic;
  }

  /** The judge of a schema that stands in a resource. */
  judgeOf(schema: JsonSchema, resource: Resource): Judge {
    if (typeof schema === 'boolean') return schema ? GOOD : BAD;
    const known = this.#judges.get(resource) ?? new Map<SchemaObject, Judge>();
    this.#judges.set(resource, known);
    let judge = known.get(schema);
    if (!judge) {
      let made: Judge | undefined;
      judge = (value, seen, scope) => {
        made ??= this.#compile(schema, resource);
        return made(value, seen, scope);
      };
      known.set(schema, judge);
    }
    return judge;
  }

  #compile(schema: SchemaObject, outer: Resource): Judge {
    const resource = this.#entered(schema, outer);
    const compile: Compile = inner => this.judgeOf(inner, resource);
    const ownJudges = [...this.#references(schema, resource), ...compositions(schema, compile)];
    const judge = judgeAll({
      first: [typeRule(schema), valueRule(schema)].filter(rule => rule !== undefined),
      ofNumbers: together(numberRules(schema)),
      ofTexts: together(textRules(schema)),
      ofLists: together([...listRules(schema), ...itemJudges(schema, compile)]),
      ofObjects: together([...objectRules(schema), ...memberJudges(schema, compile)]),
      others: together([...ownJudges, ...conditions(schema, compile)]),
      last: together(unevaluated(schema, compile)),
    });
    if (!this.#tracks && !this.#isDynamic) return judge;
    const isEntered = this.#isDynamic && resource !== outer;
    return (value, seen = this.#nothingSeen(), scope) => judge(value, seen, isEntered ? [...scope, resource] : scope);
  }

  /** A child is a value of its own: what is said of it begins with nothing. */
  #nothingSeen(): Seen | undefined {
    return this.#tracks ? { members: new Set(), items: new Set() } : undefined;
  }

  /** A schema with a `$id` of its own is a resource of its own. */
  #entered(schema: SchemaObject, current: Resource): Resource {
    if (schema.$id === undefined || schema === current.root) return current;
    const uri = resourceUri(schema, current.uri);
    return (uri === undefined ? undefined : this.#all.get(uri)) ?? current;
  }

  #references({ $ref, $dynamicRef }: SchemaObject, resource: Resource): readonly Judge[] {
    const judges: Judge[] = [];
    if (typeof $ref === 'string') {
      const target = follow($ref, resource, this.#all);
      const judge = this.judgeOf(target.schema, target.resource);
      judges.push((value, seen, scope) => attempt(judge, value, seen, this.#through(scope, target.resource)));
    }
    if (typeof $dynamicRef !== 'string') return judges;
    const first = follow($dynamicRef, resource, this.#all);
    judges.push((value, seen, scope) => {
      const target = dynamicTarget(first, scope);
      const judge = this.judgeOf(target.schema, target.resource);
      return attempt(judge, value, seen, this.#through(scope, target.resource));
    });
    return judges;
  }

  #through(scope: Scope, resource: Resource): Scope {
    return this.#isDynamic ? [...scope, resource] : scope;
  }
}

function dynamicTarget(first: Target & { readonly fragment: string }, scope: Scope): Target {
  if (first.resource.dynamicAnchors.get(first.fragment) !== first.schema) return first;
  for (const resource of scope) {
    const schema = resource.dynamicAnchors.get(first.fragment);
    if (schema) return { schema, resource };
  }
  return first;
}

/** What a schema says, by the kind of value that it says it of. */
interface Parts {
  readonly first: readonly Judge[];
  readonly ofNumbers: KindJudge<number> | undefined;
  readonly ofTexts: KindJudge<string> | undefined;
  readonly ofLists: KindJudge<readonly unknown[]> | undefined;
  readonly ofObjects: KindJudge<SchemaObject> | undefined;
  readonly others: Judge | undefined;
  readonly last: Judge | undefined;
}

function judgeAll({ first, ofNumbers, ofTexts, ofLists, ofObjects, others, last }: Parts): Judge {
  const [one, two] = first;
  const byKind: Judge = (value, seen, scope) => {
    if (typeof value === 'string') return ofTexts?.(value, seen, scope);
    if (typeof value === 'number') return ofNumbers?.(value, seen, scope);
    if (Array.isArray(value)) return ofLists?.(value, seen, scope);
    return ofObjects && isSchemaObject(value) ? ofObjects(value, seen, scope) : undefined;
  };
  return (value, seen, scope) =>
    one?.(value, seen, scope) ??
    two?.(value, seen, scope) ??
    byKind(value, seen, scope) ??
    others?.(value, seen, scope) ??
    last?.(value, seen, scope);
}

/** One judge for several; `undefined` for none. */
function together<Kind>(judges: readonly KindJudge<Kind>[]): KindJudge<Kind> | undefined {
  const [first, second] = judges;
  if (judges.length <= 1) return first;
  if (first && second && judges.length === 2) {
    return (value, seen, scope) => first(value, seen, scope) ?? second(value, seen, scope);
  }
  return (value, seen, scope) => {
    for (const judge of judges) {
      const failed = judge(value, seen, scope);
      if (failed) return failed;
    }
    return undefined;
  };
}
