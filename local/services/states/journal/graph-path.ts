import type { StateGraph } from '../definition/state-definition.ts';
import { isJsonObject } from '../json-object.ts';

const known = new WeakMap<StateGraph, readonly string[]>();

/** Where states stand inside a definition, as the members that lead there. @throws Error when they are not in it */
export function graphPath(definition: StateGraph, graph: StateGraph): readonly string[] {
  const path = known.get(graph) ?? search(definition, graph);
  if (!path) throw new Error(`Cannot tell where the states from '${graph.StartAt}' on stand: not in their machine`);
  known.set(graph, path);
  return path;
}

/** The states that stand there. @throws Error when there is nothing */
export function graphAt(definition: StateGraph, path: readonly string[]): StateGraph {
  let found: unknown = definition;
  for (const member of path) found = (found as Record<string, unknown> | undefined)?.[member]; // arrays have such members too
  if (isJsonObject(found)) return found as unknown as StateGraph; // `graphPath` found one there
  throw new Error(`Cannot find states at ${path.join('/')}: the definition has nothing there`);
}

function search(value: unknown, wanted: StateGraph): readonly string[] | undefined {
  if (value === wanted) return [];
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [member, inner] of Object.entries(value)) {
    const rest = search(inner, wanted);
    if (rest) return [member, ...rest];
  }
  return undefined;
}
