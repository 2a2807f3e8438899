import type { JsonObject } from '../../../cloud/service.ts';

/** What a state made of its data, under the names of `TestState`'s `inspectionData`. */
export type InspectionStep =
  | 'afterArguments'
  | 'afterInputPath'
  | 'afterItemBatcher'
  | 'afterItemSelector'
  | 'afterItemsPath'
  | 'afterParameters'
  | 'afterResultPath'
  | 'afterResultSelector'
  | 'maxConcurrency'
  | 'result'
  | 'toleratedFailureCount'
  | 'toleratedFailurePercentage';

/** A state that runs by itself, under test: who watches it, and what stands in for the world around it. */
export interface StateTest {
  /** Takes note of one step of the state's data flow. */
  note(step: InspectionStep, value: unknown): void;
  /** Stands in for what a Task calls, or for what a Map or Parallel runs. @throws StateFailure for a mocked error */
  readonly mockedResult?: () => unknown;
  /** The context object, when the test gives one. */
  readonly context?: JsonObject;
  /** What a Map's `ItemReader` would have read. */
  readonly itemReaderData?: string;
  /** How many iterations of a Map failed. */
  readonly mapIterationFailureCount?: number;
}
