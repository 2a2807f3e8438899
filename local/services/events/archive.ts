import type { ArchivedEvents } from './archived-events.ts';
import type { CompiledPattern } from './pattern/event-pattern.ts';

export interface Archive {
  readonly name: string;
  readonly arn: string;
  /** The bus whose events are kept. */
  readonly sourceArn: string;
  readonly createdMs: number;
  description: string | undefined;
  /** Keeps every event when there is none. */
  pattern: CompiledPattern | undefined;
  /** 0 keeps events for ever. */
  retentionDays: number;
  readonly events: ArchivedEvents;
}

export type ReplayState = 'STARTING' | 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

export interface Replay {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly archiveArn: string;
  readonly destinationArn: string;
  /** Only these rules see the replayed events; all of the bus's when empty. */
  readonly filterArns: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly startedMs: number;
  /** Of the archive's events, those from this ordinal on arrived after the start. */
  readonly beforeOrdinal: number;
  /** Events of earlier minutes are replayed already. */
  fromMinute: number;
  state: ReplayState;
  endedMs: number | undefined;
  lastReplayedMs: number | undefined;
}

export function isActive(replay: Replay): boolean {
  return replay.state === 'STARTING' || replay.state === 'RUNNING' || replay.state === 'CANCELLING';
}
