import type { Cancel } from '../../time/clock.ts';

/** How many tasks of a queue are remembered. */
export const MAX_LISTED_TASKS = 10;

/** One redrive of a dead-letter queue, as plain data but for its timer. */
export interface MoveTask {
  readonly taskHandle: string;
  readonly sourceArn: string;
  readonly destinationArn?: string | undefined;
  readonly maxPerSecond?: number | undefined;
  readonly startedMs: number;
  readonly toMove: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  failureReason?: string | undefined;
  moved: number;
  cancelTimer: Cancel;
}

/** Puts a task before the older ones of its queue, of which the oldest are forgotten. */
export function recordMoveTask(bySource: Map<string, MoveTask[]>, task: MoveTask): void {
  const older = bySource.get(task.sourceArn) ?? [];
  bySource.set(task.sourceArn, [task, ...older].slice(0, MAX_LISTED_TASKS));
}
