import type { Stack } from 'aws-cdk-lib';
import { EventSubscription } from './event-subscription.ts';
import { FactConsumer } from './fact-consumer.ts';
import { findConstructs } from './find-constructs.ts';
import { OutboxPublisher } from './outbox-publisher.ts';
import { Processor } from './processor.ts';

/** A processor of the stream: what it counts under, what it takes, and the function that knows what became of it. */
export interface CountedProcessor {
  readonly hop: string;
  /** The types of the events that it takes. */
  readonly types: readonly string[];
  readonly functionName: string;
  /** The queue of what was given up. */
  readonly failures: string;
}

/** A consumer of the bus; a type that ends with `*` is the beginning of some. */
export interface CountedConsumer {
  readonly hop: string;
  readonly types: readonly string[];
  /** The queue in front of it, by its plain physical name. */
  readonly queue: string;
}

/** Everything that enters what it does with events into the ledger, by plain physical names. */
export interface LedgerInventory {
  readonly processors: readonly CountedProcessor[];
  readonly consumers: readonly CountedConsumer[];
  /** The tables whose items carry facts to the bus. */
  readonly outboxes: readonly string[];
  /** The functions that write entries. */
  readonly functions: readonly string[];
}

/**
 * Takes stock of what the ledger compares by walking the constructs of some stacks, so that nobody has to keep a list: a new
 * processor is compared with the next deployment. Names only, hence no reference and no export.
 *
 * A consumer is compared by the types that its subscription asks for. One whose rule looks into the facts gets some of a type,
 * nobody else can say which, and so it is left out.
 */
export function takeLedgerInventory(stacks: readonly Stack[]): LedgerInventory {
  const processors = findConstructs(stacks, Processor);
  const publishers = findConstructs(stacks, OutboxPublisher);
  const consumers = findConstructs(stacks, FactConsumer);
  const subscriptions = new Map(findConstructs(stacks, EventSubscription).map(each => [each.queueName, each]));
  return {
    processors: processors.map(({ hop, types, handler, failures }) => ({
      hop,
      types,
      functionName: handler.name,
      failures,
    })),
    consumers: consumers.flatMap(({ hop, queue }) => {
      const types = subscriptions.get(queue)?.types;
      return types ? [{ hop, types, queue }] : [];
    }),
    outboxes: publishers.map(({ outbox }) => outbox),
    functions: [
      ...processors.map(({ handler }) => handler.name),
      ...publishers.map(({ functionName }) => functionName),
      ...new Set(consumers.map(({ functionName }) => functionName)),
    ],
  };
}
