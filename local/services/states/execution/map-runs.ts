import type { JsonObject } from '../../../cloud/service.ts';
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
  /** How many items each child gets; absent until the items have been read. */
  batchSizes?: readonly number[];
  /** What the children that have not been started will get, by their number. */
  readonly waiting: (ChildWork | undefined)[];
  /** The children that were started, by their number. */
  readonly children: (Execution | undefined)[];
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  stopDate?: number;
  /** Whether the children's results are in S3. */
  resultsWritten: boolean;
  redriveCount: number;
  redriveDate?: number;
}

/** What one child is to do. */
export interface ChildWork {
  /** JSON text. */
  readonly input: string;
  /** `$$.Map` of its item; absent for a batch. */
  readonly mapContext?: JsonObject;
}

/** Hears what has changed of Map runs. */
export interface MapRunChanges {
  run(arn: string): void;
  /** Whether the child of that number waits, and for what. */
  waiting(arn: string, index: number): void;
}

/** The Map runs of this cloud, by ARN. */
export class MapRuns {
  changes: MapRunChanges = { run: () => {}, waiting: () => {} };
  readonly #runs = new Map<string, MapRun>();

  add(run: MapRun): void {
    this.#runs.set(run.arn, run);
    this.changes.run(run.arn);
  }

  get(arn: string): MapRun | undefined {
    return this.#runs.get(arn);
  }

  all(): Iterable<MapRun> {
    return this.#runs.values();
  }

  /** Changes what is known of a run. */
  update(run: MapRun, change: Partial<MapRun>): void {
    Object.assign(run, change);
    this.changes.run(run.arn);
  }

  /** The items have been read: so many children there will be. */
  plan(run: MapRun, batches: readonly { readonly work: ChildWork; readonly itemCount: number }[]): void {
    this.update(run, { batchSizes: batches.map(({ itemCount }) => itemCount) });
    for (const [index, { work }] of batches.entries()) {
      run.waiting[index] = work;
      this.changes.waiting(run.arn, index);
    }
  }

  /** A child has been started, and has its input itself. */
  began(run: MapRun, index: number, child: Execution): void {
    run.children[index] = child;
    if (run.waiting[index] === undefined) return;
    run.waiting[index] = undefined;
    this.changes.waiting(run.arn, index);
  }

  ofExecution(executionArn: string): MapRun[] {
    return [...this.#runs.values()].filter(run => run.executionArn === executionArn);
  }
}
