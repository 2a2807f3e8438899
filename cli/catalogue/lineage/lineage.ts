import type { CatalogueEvent } from '../catalogue.ts';
import { EVENT_ID, type FlowStep } from '../flow/event-way.ts';
import { type Part, type PartKind, partsBefore, type Wiring } from '../wiring/part.ts';

/** A box of the graph. */
export interface LineageNode {
  readonly id: string;
  /** `event` leads to the page of a type; `again` stands for a part that the graph has further left. */
  readonly kind: PartKind | 'event' | 'again';
  readonly name: string;
  /** What it is, in small print. */
  readonly detail: string;
}

/** Boxes and the arrows between them; no arrow leads back. */
export interface Lineage {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly FlowStep[];
}

const KIND_WORDS: Readonly<Record<PartKind, string>> = {
  route: 'HTTP API',
  schedule: 'schedule',
  function: 'Lambda',
  stream: 'Kinesis',
  table: 'DynamoDB',
  bus: 'EventBridge',
  rule: 'rule',
  queue: 'SQS',
  workflow: 'Step Functions',
};

/** The way of one type. */
export function eventLineage({ way }: CatalogueEvent, wiring: Wiring): Lineage {
  return lineageOf(way.steps, wiring);
}

/** The ways of several types in one graph. */
export function jointLineage(events: readonly CatalogueEvent[], wiring: Wiring): Lineage {
  const steps = events.flatMap(({ way }) => way.steps).filter(({ to }) => !to.startsWith(EVENT_ID));
  const distinct = new Map(steps.map(step => [`${step.from} ${step.to}`, step]));
  return lineageOf([...distinct.values()], wiring);
}

function lineageOf(steps: readonly FlowStep[], wiring: Wiring): Lineage {
  const nodes = new Map<string, LineageNode>();
  const edges: FlowStep[] = [];
  for (const { from, to } of forwardOnly(withoutPublishers(steps, wiring))) {
    edges.push({ from, to });
    for (const id of [from, to]) nodes.set(id, nodeOf(id, wiring));
  }
  return { nodes: [...nodes.values()], edges };
}

/** Draws what an outbox publisher carries as one arrow from the table to the bus. */
function withoutPublishers(steps: readonly FlowStep[], { parts }: Wiring): readonly FlowStep[] {
  const kindOf = (id: string) => parts.get(id)?.kind;
  const fromTable = steps.filter(({ from, to }) => kindOf(from) === 'table' && kindOf(to) === 'function');
  const toBus = steps.filter(({ from, to }) => kindOf(from) === 'function' && kindOf(to) === 'bus');
  const carried = fromTable.flatMap(taken =>
    toBus.filter(({ from }) => from === taken.to).map(given => ({ taken, given })),
  );
  const dropped = new Set(carried.flatMap(({ taken, given }) => [taken, given]));
  return steps.flatMap(step => {
    const here = carried
      .filter(({ taken }) => taken === step)
      .map(({ taken, given }) => ({ from: taken.from, to: given.to }));
    return dropped.has(step) ? here : [step];
  });
}

/** Id of the box that stands for a part that the graph has already. */
const AGAIN = 'again:';

/** Lets what would lead back end at a box of its own. */
function forwardOnly(steps: readonly FlowStep[]): readonly FlowStep[] {
  const kept: FlowStep[] = [];
  const reaches = (from: string, to: string): boolean =>
    from === to || kept.some(step => step.from === from && reaches(step.to, to));
  for (const step of steps) {
    kept.push(reaches(step.to, step.from) ? { from: step.from, to: `${AGAIN}${step.to}` } : step);
  }
  return kept;
}

function nodeOf(id: string, wiring: Wiring): LineageNode {
  if (id.startsWith(EVENT_ID)) {
    const type = id.slice(EVENT_ID.length);
    return { id, kind: 'event', name: type.replace(/^[^.]+\./, ''), detail: 'may lead to' };
  }
  const part = wiring.parts.get(id.replace(AGAIN, ''));
  if (!part) return { id, kind: 'again', name: id, detail: '' };
  if (id.startsWith(AGAIN)) return { id, kind: 'again', name: part.name, detail: 'again, from the left' };
  return { id, ...described(part, wiring) };
}

/** A function that answers routes is known by the first of them. */
function described(part: Part, wiring: Wiring): Omit<LineageNode, 'id'> {
  const [route, ...others] = partsBefore(wiring, part.id, 'request').map(({ name }) => name);
  if (route !== undefined) {
    return {
      kind: 'route',
      name: route,
      detail: others.length > 0 ? `and ${others.join(', ')}` : part.name,
    };
  }
  if (part.kind === 'schedule') {
    return { kind: 'schedule', name: String(part.properties.ScheduleExpression), detail: KIND_WORDS.schedule };
  }
  return { kind: part.kind, name: part.name, detail: KIND_WORDS[part.kind] };
}
