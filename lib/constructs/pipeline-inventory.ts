import type { Stack } from 'aws-cdk-lib';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { findConstructs } from './find-constructs.ts';
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
  return {
    functions: findConstructs(stacks, HandlerFunction).map(({ name }) => name),
    streamConsumers: findConstructs(stacks, StreamConsumer).map(({ functionName }) => functionName),
    processors: findConstructs(stacks, Processor).map(({ hop }) => hop),
    deadLetterQueues: findConstructs(stacks, DeadLetterQueue).map(({ plainName }) => plainName),
    workflows: findConstructs(stacks, Workflow).map(({ plainName }) => plainName),
  };
}
