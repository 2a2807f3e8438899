import type { Execution } from '../execution.ts';

/** One dispatch of a distributed Map: a child execution for every item or batch of items. */
export interface MapRun {
  readonly arn: string;
  /** The execution whose Map state dispatched it. */
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** Epoch seconds. */
  readonly startDate: number;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  readonly toleratedFailurePercentage: number;
  /** How many items each child gets; known once the items have been read. */
  batchSizes: readonly number[];
  /** The children that were started, by their number. */
  readonly children: (Execution | undefined)[];
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  stopDate?: number;
  /** Whether the children's results are in S3. */
  resultsWritten: boolean;
  redriveCount: number;
  redriveDate?: number;
}

/** The Map runs of this cloud, by ARN. */
export class MapRuns {
  readonly #runs = new Map<string, MapRun>();

  add(run: MapRun): void {
    this.#runs.set(run.arn, run);
  }

  get(arn: string): MapRun | undefined {
    return this.#runs.get(arn);
  }

  ofExecution(executionArn: string): MapRun[] {
    return [...this.#runs.values()].filter(run => run.executionArn === executionArn);
  }
}
