import { isRecord, type TemplateRecord, textOf } from '../wiring/template-values.ts';

/** A fact that a workflow records in a table, or puts on a bus itself. */
export interface WorkflowFact {
  readonly type: string;
  readonly by: 'write' | 'publish';
}

const WRITE = /:dynamodb:(putItem|updateItem)/;
const PUBLISH = /:events:putEvents/;

/** The facts that the states of a workflow make, by the text of their arguments. */
export function workflowFacts(definition: unknown, eventTypes: readonly string[]): readonly WorkflowFact[] {
  const states = statesOf(parsed(definition));
  const facts = states.flatMap((state): readonly WorkflowFact[] => {
    const resource = textOf(state.Resource) ?? '';
    const by = PUBLISH.test(resource) ? 'publish' : WRITE.test(resource) ? 'write' : undefined;
    const text = JSON.stringify(state.Arguments ?? state.Parameters ?? {});
    return by ? eventTypes.filter(type => text.includes(type)).map(type => ({ type, by })) : [];
  });
  return [...new Map(facts.map(fact => [`${fact.type} ${fact.by}`, fact])).values()];
}

/** Every state, those inside of others too. */
function statesOf(value: unknown): readonly TemplateRecord[] {
  if (Array.isArray(value)) return value.flatMap(statesOf);
  if (!isRecord(value)) return [];
  const inner = Object.values(value).flatMap(statesOf);
  return typeof value.Type === 'string' ? [value, ...inner] : inner;
}

function parsed(definition: unknown): unknown {
  if (typeof definition !== 'string') return definition;
  try {
    return JSON.parse(definition);
  } catch {
    return undefined; // a definition that is only known once something is made
  }
}
