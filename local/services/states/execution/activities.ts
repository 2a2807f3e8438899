import { KeptMap } from '../kept-map.ts';
import type { PendingTask } from './task-tokens.ts';

/** A task that waits for a worker. */
export interface ActivityTask {
  readonly pending: PendingTask;
  /** JSON text. */
  readonly input: string;
  /** The worker has it now. */
  readonly started: (workerName: string | undefined) => void;
  /** Nobody needs it any more. */
  cancelled: boolean;
}

interface Activity {
  readonly name: string;
  readonly creationDate: number;
  readonly tasks: ActivityTask[];
  readonly workers: ((task: ActivityTask) => void)[];
}

/** Activities and their queues: tasks that wait for workers, workers that wait for tasks. */
export class Activities {
  readonly #activities = new KeptMap<Activity>();

  create(arn: string, name: string, creationDate: number): number {
    const known = this.#activities.get(arn);
    if (known) return known.creationDate;
    this.#activities.set(arn, { name, creationDate, tasks: [], workers: [] });
    return creationDate;
  }

  /** Calls `listener` with the ARN of every activity that comes or goes. */
  onChange(listener: (arn: string) => void): void {
    this.#activities.changed = listener;
  }

  delete(arn: string): void {
    this.#activities.delete(arn);
  }

  get(arn: string): { readonly name: string; readonly creationDate: number } | undefined {
    return this.#activities.get(arn);
  }

  list(): { readonly activityArn: string; readonly name: string; readonly creationDate: number }[] {
    return [...this.#activities].map(([activityArn, { name, creationDate }]) => ({ activityArn, name, creationDate }));
  }

  /** Gives the task to the worker that waits longest, or lets it wait for one. */
  offer(arn: string, task: ActivityTask): void {
    const activity = this.#activities.get(arn);
    const worker = activity?.workers.shift();
    if (worker) worker(task);
    else activity?.tasks.push(task);
  }

  /** Calls `worker` with the next task, now or when one comes. @returns stops waiting */
  take(arn: string, worker: (task: ActivityTask) => void): () => void {
    const activity = this.#activities.get(arn);
    if (!activity) return () => {};
    for (let task = activity.tasks.shift(); task; task = activity.tasks.shift()) {
      if (task.cancelled) continue;
      worker(task);
      return () => {};
    }
    activity.workers.push(worker);
    return () => {
      const index = activity.workers.indexOf(worker);
      if (index >= 0) activity.workers.splice(index, 1);
    };
  }
}
