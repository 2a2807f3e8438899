import type { TypeUses } from '../code/type-uses.ts';
import { workflowFacts } from '../code/workflow-uses.ts';
import { type LinkKind, type Part, partsAfter, partsBefore, type Wiring } from '../wiring/part.ts';

/** What is known about the platform when the way of an event is looked for. */
export interface FlowContext {
  readonly wiring: Wiring;
  /** By handler name. */
  readonly uses: ReadonlyMap<string, TypeUses>;
  readonly eventTypes: readonly string[];
  /** The types that come in from outside. */
  readonly ingested: ReadonlySet<string>;
  /** What processors say that they accept, by function name. */
  readonly accepted: ReadonlyMap<string, ReadonlySet<string>>;
  /** The types that a rule or an archive can let through, by its pattern. */
  readonly delivered: (pattern: unknown) => ReadonlySet<string>;
}

/** What makes events of a type, and how they get on: with the state of a table, or put on the bus. */
export interface Maker {
  readonly part: Part;
  readonly by: 'write' | 'publish';
}

/** The parts at the other end of a part's links, in the order of their names. */
export function after({ wiring }: FlowContext, id: string, ...kinds: readonly LinkKind[]): readonly Part[] {
  return partsAfter(wiring, id, ...kinds).toSorted(byName);
}

/** The parts whose links end at a part, in the order of their names. */
export function before({ wiring }: FlowContext, id: string, ...kinds: readonly LinkKind[]): readonly Part[] {
  return partsBefore(wiring, id, ...kinds).toSorted(byName);
}

/** Whether the facts in a table's items go to a bus. */
export function isOutbox(context: FlowContext, part: Part): boolean {
  return part.kind === 'table' && publishersOf(context, part).length > 0;
}

/** The functions that carry facts from a table to a bus. */
export function publishersOf(context: FlowContext, table: Part): readonly Part[] {
  return after(context, table.id, 'delivery').filter(part => after(context, part.id, 'publish').length > 0);
}

/** Who makes facts of a type. */
export function makersOf(context: FlowContext, type: string): readonly Maker[] {
  return [...context.wiring.parts.values()].flatMap(part =>
    factsOf(context, part)
      .filter(fact => fact.type === type)
      .map(({ by }) => ({ part, by })),
  );
}

/** The facts that a function or a workflow makes. */
export function factsOf(
  context: FlowContext,
  part: Part,
): readonly { readonly type: string; readonly by: 'write' | 'publish' }[] {
  if (part.kind === 'workflow') return workflowFacts(part.properties.DefinitionString, context.eventTypes);
  if (part.kind !== 'function') return [];
  const writesOutbox = after(context, part.id, 'write').some(table => isOutbox(context, table));
  const publishes = after(context, part.id, 'publish').length > 0;
  if (!writesOutbox && !publishes) return [];
  const types = [...(context.uses.get(part.name)?.makes ?? [])].filter(type => !context.ingested.has(type));
  return types.map(type => ({ type, by: writesOutbox ? 'write' : 'publish' }));
}

/** Whether a function that reads a stream does something with a type: as it says, or as its code names it. */
export function accepts({ accepted, uses }: FlowContext, part: Part, type: string): boolean {
  return (accepted.get(part.name) ?? uses.get(part.name)?.names)?.has(type) ?? true;
}

function byName(a: Part, b: Part): number {
  return a.name.localeCompare(b.name);
}
