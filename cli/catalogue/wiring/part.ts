/** What events pass on their way. */
export type PartKind = 'route' | 'schedule' | 'function' | 'stream' | 'table' | 'bus' | 'rule' | 'queue' | 'workflow';

/** Something deployed that events pass. */
export interface Part {
  /** Its ARN; of a route, its key. */
  readonly id: string;
  readonly kind: PartKind;
  /** Without what all names of a stage begin with. */
  readonly name: string;
  readonly physicalName: string;
  readonly description?: string;
  /** Evaluated, as the template has them. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * What one part does to another: a `request` or an `invocation` calls it, `write` and `read` are of stored state, a
 * `delivery` hands events on, `publish` puts facts on a bus, `start` begins a workflow.
 */
export type LinkKind = 'request' | 'invocation' | 'write' | 'read' | 'delivery' | 'publish' | 'start';

/** One way that events, or the state that they make, go. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly kind: LinkKind;
}

/** Everything deployed that events pass, and the ways between. */
export interface Wiring {
  readonly parts: ReadonlyMap<string, Part>;
  readonly links: readonly Link[];
}

const NAME_PREFIX = /^millrace-[a-z0-9]+-/;

/** A physical name without what all names of a stage begin with. */
export function shortName(name: string): string {
  return name.replace(NAME_PREFIX, '');
}

/** The parts at the other end of a part's links of some kinds. */
export function partsAfter({ parts, links }: Wiring, id: string, ...kinds: readonly LinkKind[]): readonly Part[] {
  return links.filter(link => link.from === id && kinds.includes(link.kind)).flatMap(link => parts.get(link.to) ?? []);
}

/** The parts whose links of some kinds end at a part. */
export function partsBefore({ parts, links }: Wiring, id: string, ...kinds: readonly LinkKind[]): readonly Part[] {
  return links.filter(link => link.to === id && kinds.includes(link.kind)).flatMap(link => parts.get(link.from) ?? []);
}
