import { Construct } from 'constructs';
import type { HandlerFunction } from './handler-function.ts';

export interface FactConsumerProps {
  readonly handler: HandlerFunction;
  /** The queue in front of it, by its plain physical name. */
  readonly queue: string;
}

/**
 * Marks a function as a consumer of the bus that enters what it does with facts into the ledger (`enterFact`), so that the ledger
 * finds it: what is published to its queue is compared with what it consumed.
 */
export class FactConsumer extends Construct {
  /** What it counts under. */
  readonly hop: string;
  readonly functionName: string;
  readonly queue: string;

  constructor(scope: Construct, id: string, { handler, queue }: FactConsumerProps) {
    super(scope, id);
    this.hop = handler.handler;
    this.functionName = handler.name;
    this.queue = queue;
  }
}
