import type { Cancel } from '../../time/clock.ts';

/** One redrive of a dead-letter queue, as plain data but for its timer. */
export interface MoveTask {
  readonly taskHandle: string;
  readonly sourceArn: string;
  readonly destinationArn: string | undefined;
  readonly maxPerSecond: number | undefined;
  readonly startedMs: number;
  readonly toMove: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  failureReason: string | undefined;
  moved: number;
  cancelTimer: Cancel;
}
