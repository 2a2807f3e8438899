import type { Cloud } from '../../../cloud/cloud.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import type { StateMachine } from '../state-machine.ts';
import { detailsMember, type HistoryEvent } from './execution-history.ts';

/** Whose events are logged. */
export interface LoggedExecution {
  readonly stateMachine: StateMachine;
  readonly arn: string;
  /** Epoch seconds. */
  readonly startDate: number;
}

/** Event types that are logged at the level, by how they end. */
const LEVELS = {
  ALL: /./,
  ERROR: /(Failed|TimedOut|Aborted)$/,
  FATAL: /^Execution(Failed|TimedOut|Aborted)$/,
};

/** Members of event details that carry the execution's data. */
const DATA_MEMBERS = ['input', 'output', 'parameters', 'inputDetails', 'outputDetails', 'assignedVariables', 'cause'];

/** Writes the events of an execution to the machine's log group, as far as its logging configuration asks. */
export function executionLog(cloud: Cloud, execution: LoggedExecution): (event: HistoryEvent) => void {
  const { stateMachine, arn, startDate } = execution;
  const { level, includeExecutionData, destinations } = stateMachine.loggingConfiguration;
  const logGroup = logGroupOf(destinations);
  if (level === 'OFF' || logGroup === undefined) return () => {};
  const day = new Date(startDate * 1000).toISOString().slice(0, 16).replace(/[T:]/g, '-');
  const logStream = `states/${stateMachine.name}/${day}/${arn.split(':').at(-1)}`;
  return event => {
    if (!LEVELS[level].test(event.type)) return;
    const message = JSON.stringify(entry(event, { arn, includeExecutionData }));
    cloud.logs({ logGroup, logStream, message });
  };
}

function logGroupOf(destinations: readonly JsonObject[]): string | undefined {
  const group = destinations[0]?.cloudWatchLogsLogGroup;
  const arn = isJsonObject(group) ? group.logGroupArn : undefined;
  return typeof arn === 'string' ? arn.split(':log-group:')[1]?.replace(/:\*$/, '') : undefined;
}

interface EntryOptions {
  readonly arn: string;
  readonly includeExecutionData: boolean;
}

function entry(event: HistoryEvent, { arn, includeExecutionData }: EntryOptions): JsonObject {
  const details = event[detailsMember(event.type)];
  const kept = Object.entries(isJsonObject(details) ? details : {}).filter(
    ([name]) => includeExecutionData || !DATA_MEMBERS.includes(name),
  );
  return {
    id: String(event.id),
    type: event.type,
    details: Object.fromEntries(kept),
    previous_event_id: String(event.previousEventId),
    event_timestamp: String(Math.round(event.timestamp * 1000)),
    execution_arn: arn,
    redrive_count: '0',
  };
}
