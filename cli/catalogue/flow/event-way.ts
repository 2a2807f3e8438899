/**
 * The way of one event type through the platform: who makes it, what it passes, who acts on it, and what it may lead to.
 * An event from outside goes over a stream to processors; a fact goes from its maker over a bus, rules and queues to
 * consumers. Behind either, it goes on to the state that is made of it and to who answers from that.
 */
import type { Part } from '../wiring/part.ts';
import { accepts, after, before, type FlowContext, factsOf, isOutbox, makersOf, publishersOf } from './flow-context.ts';

/** A step on the way: between parts, or from a part to a type that it may lead to. */
export interface FlowStep {
  readonly from: string;
  readonly to: string;
}

/** Who makes events of the type, or lets them in. */
export interface Producer {
  readonly part: Part;
  /** The parts that set it to work: routes, schedules, streams, queues. */
  readonly triggers: readonly Part[];
}

/** Who acts on events of the type. */
export interface Consumer {
  /** Absent when nobody reads the queue. */
  readonly part?: Part;
  /** The way to it from the bus; absent for processors, which read the stream. */
  readonly rule?: Part;
  readonly source: Part;
  /** The state that it makes. */
  readonly writes: readonly Part[];
  /** The workflows that it starts. */
  readonly starts: readonly Part[];
  /** The routes that answer from that state. */
  readonly routes: readonly Part[];
}

/** The whole way of a type. */
export interface EventWay {
  readonly producers: readonly Producer[];
  /** Queues that nobody reads come last. */
  readonly consumers: readonly Consumer[];
  readonly steps: readonly FlowStep[];
  /** The buses that it goes over. */
  readonly buses: readonly Part[];
  /** The streams that it goes over. */
  readonly streams: readonly Part[];
  /** The types that consumers may make of it. */
  readonly leadsTo: readonly string[];
}

/** Prefix of the ids of event types among the ids of parts. */
export const EVENT_ID = 'event:';

/** Follows a type through the wiring. */
export function followEvent(context: FlowContext, type: string): EventWay {
  const way = new Way(context, type);
  if (context.ingested.has(type)) way.comeIn();
  else way.beMade();
  return way.result();
}

/** Collects the steps of one type. */
class Way {
  readonly #context: FlowContext;
  readonly #type: string;
  readonly #steps = new Map<string, FlowStep>();
  readonly #producers: Producer[] = [];
  readonly #consumers: Consumer[] = [];
  readonly #leadsTo = new Set<string>();
  readonly #buses = new Map<string, Part>();
  readonly #streams = new Map<string, Part>();

  constructor(context: FlowContext, type: string) {
    this.#context = context;
    this.#type = type;
  }

  /** From outside, through whoever answers a route and writes a stream. */
  comeIn(): void {
    for (const stream of this.#parts('stream')) {
      const collectors = before(this.#context, stream.id, 'write').filter(part => this.#triggers(part).length > 0);
      for (const part of collectors) {
        if (!accepts(this.#context, part, this.#type)) continue;
        this.#producers.push({ part, triggers: this.#triggers(part) });
        this.#step(part, stream);
        this.#streams.set(stream.id, stream);
      }
      for (const part of after(this.#context, stream.id, 'delivery')) {
        if (accepts(this.#context, part, this.#type) && this.#streams.has(stream.id)) this.#consume(part, stream);
      }
    }
  }

  /** By the platform itself. */
  beMade(): void {
    for (const { part, by } of makersOf(this.#context, this.#type)) {
      if (!this.#producers.some(producer => producer.part.id === part.id)) {
        this.#producers.push({ part, triggers: this.#triggers(part) });
        for (const trigger of this.#triggers(part)) if (trigger.kind !== 'route') this.#step(trigger, part);
      }
      if (by === 'publish') for (const bus of after(this.#context, part.id, 'publish')) this.#cross(part, bus);
      else this.#leaveWithState(part);
    }
    for (const bus of this.#buses.values()) this.#route(bus);
  }

  result(): EventWay {
    return {
      producers: this.#producers,
      consumers: [...this.#consumers.filter(({ part }) => part), ...this.#consumers.filter(({ part }) => !part)],
      steps: [...this.#steps.values()],
      buses: [...this.#buses.values()],
      streams: [...this.#streams.values()],
      leadsTo: [...this.#leadsTo].sort(),
    };
  }

  #leaveWithState(maker: Part): void {
    for (const table of after(this.#context, maker.id, 'write').filter(part => isOutbox(this.#context, part))) {
      this.#step(maker, table);
      for (const publisher of publishersOf(this.#context, table)) {
        this.#step(table, publisher);
        for (const bus of after(this.#context, publisher.id, 'publish')) this.#cross(publisher, bus);
      }
    }
  }

  #cross(from: Part, bus: Part): void {
    this.#step(from, bus);
    this.#buses.set(bus.id, bus);
  }

  #route(bus: Part): void {
    for (const rule of after(this.#context, bus.id, 'delivery')) {
      if (!this.#context.delivered(rule.properties.EventPattern).has(this.#type)) continue;
      this.#step(bus, rule);
      for (const target of after(this.#context, rule.id, 'delivery')) {
        this.#step(rule, target);
        if (target.kind !== 'queue') {
          this.#consume(target, rule, rule);
          continue;
        }
        const readers = after(this.#context, target.id, 'delivery');
        for (const reader of readers) this.#consume(reader, target, rule);
        if (readers.length === 0) this.#consumers.push({ rule, source: target, writes: [], starts: [], routes: [] });
      }
    }
  }

  #consume(part: Part, source: Part, rule?: Part): void {
    this.#step(source, part);
    const writes = after(this.#context, part.id, 'write').filter(({ kind }) => kind === 'table');
    const starts = [...after(this.#context, part.id, 'start'), ...(part.kind === 'workflow' ? [part] : [])];
    const routes = writes.flatMap(table => this.#answer(part, table));
    for (const workflow of starts) {
      if (workflow !== part) this.#step(part, workflow);
      this.#lead(workflow, workflow);
    }
    this.#lead(part, writes.find(table => isOutbox(this.#context, table)) ?? part);
    this.#consumers.push({ part, source, writes, starts, routes, ...(rule && { rule }) });
  }

  /** From a table to whoever answers a route from it. */
  #answer(writer: Part, table: Part): readonly Part[] {
    this.#step(writer, table);
    return before(this.#context, table.id, 'read').flatMap(reader => {
      const routes = before(this.#context, reader.id, 'request').filter(({ name }) => name.startsWith('GET '));
      if (routes.length > 0) this.#step(table, reader);
      return routes;
    });
  }

  #lead(maker: Part, from: Part): void {
    for (const { type } of factsOf(this.#context, maker)) {
      this.#leadsTo.add(type);
      this.#step(from, `${EVENT_ID}${type}`);
    }
  }

  #triggers(part: Part): readonly Part[] {
    return before(this.#context, part.id, 'request', 'invocation', 'delivery', 'start');
  }

  #parts(kind: Part['kind']): readonly Part[] {
    return [...this.#context.wiring.parts.values()].filter(part => part.kind === kind);
  }

  #step(from: Part, to: Part | string): void {
    const id = typeof to === 'string' ? to : to.id;
    this.#steps.set(`${from.id} ${id}`, { from: from.id, to: id });
  }
}
