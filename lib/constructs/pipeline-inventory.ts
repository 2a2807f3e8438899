import type { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { HandlerFunction } from './handler-function.ts';
import { Processor } from './processor.ts';
import { StreamConsumer } from './stream-consumer.ts';
import { Workflow } from './workflow.ts';

/** Everything that is watched, by plain physical name. */
export interface PipelineInventory {
  readonly functions: readonly string[];
  /** The functions that read a stream. */
  readonly streamConsumers: readonly string[];
  /** What counts under its own name what it parks and quarantines. */
  readonly processors: readonly string[];
  readonly deadLetterQueues: readonly string[];
  readonly workflows: readonly string[];
}

/**
 * Takes stock of some stacks by walking their constructs, so that nothing is watched by a list that somebody has to keep:
 * what a stack gains is on the dashboard and alarmed with the next deployment. Names only, hence no reference and no export.
 */
export function takeInventory(stacks: readonly Stack[]): PipelineInventory {
  const constructs = stacks.flatMap(stack => stack.node.findAll());
  const named = <Kind extends IConstruct>(
    kind: abstract new (...parameters: never[]) => Kind,
    nameOf: (construct: Kind) => string,
  ): readonly string[] => constructs.filter((construct): construct is Kind => construct instanceof kind).map(nameOf);
  return {
    functions: named(HandlerFunction, handler => handler.name),
    streamConsumers: named(StreamConsumer, consumer => consumer.functionName),
    processors: named(Processor, processor => processor.hop),
    deadLetterQueues: named(DeadLetterQueue, queue => queue.plainName),
    workflows: named(Workflow, workflow => workflow.plainName),
  };
}
