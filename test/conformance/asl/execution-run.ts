import type { JsonObject } from '../../../local/cloud/service.ts';
import { statesService } from '../../../local/services/states/states-service.ts';
import { newCloud, type Wire } from '../wire.ts';
import { type AslRow, definitionText, RECORDED_ROLE } from './asl-row.ts';
import { recordedServices, workOnActivities } from './recorded-services.ts';

/** Every recorded wait falls due in this time. */
const LONGEST_RUN_MS = 20 * 366 * 24 * 3_600_000;
const NAME = 'recorded';

export interface ActualExecution {
  readonly status: string;
  readonly output?: unknown;
  readonly error?: unknown;
  readonly cause?: unknown;
  readonly events: readonly JsonObject[];
}

/**
 * Creates the row's machine over the wire, runs it to its end on a clock of its own and answers what became of it.
 *
 * @throws WireRefusal what the service refuses
 */
export async function runExecution(wire: Wire, row: AslRow): Promise<ActualExecution> {
  const { cloud, clock } = newCloud();
  const tasks = row.tasks ?? [];
  cloud.register(statesService(cloud));
  for (const service of recordedServices(cloud, tasks)) cloud.register(service);
  wire.serve(cloud);
  await wire.call('states', 'CreateActivity', { name: NAME });
  workOnActivities(cloud, tasks);
  const machine = { name: NAME, roleArn: RECORDED_ROLE, definition: definitionText(row), type: 'STANDARD' };
  const { stateMachineArn } = await wire.call('states', 'CreateStateMachine', machine);
  let ended = false;
  cloud.signals.subscribe(cloud.arn('states', `execution:${NAME}:${NAME}`), () => {
    ended = true;
  });
  const input = JSON.stringify(inputOf(row));
  const { executionArn } = await wire.call('states', 'StartExecution', { stateMachineArn, name: NAME, input });
  await clock.advanceUntil(() => ended, LONGEST_RUN_MS);
  const { status, output, error, cause } = await wire.call('states', 'DescribeExecution', { executionArn });
  const events = await historyOf(wire, executionArn);
  await cloud.close();
  return {
    status: String(status),
    ...(output === undefined ? {} : { output: JSON.parse(String(output)) }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    events,
  };
}

function inputOf(row: AslRow): unknown {
  const answered = row.external === true && !row.judgeable; // by what was recorded, which is about the recorded input
  const input = answered ? (row.recordedInput ?? row.input) : row.input;
  return input ?? {};
}

async function historyOf(wire: Wire, executionArn: unknown): Promise<JsonObject[]> {
  const events: JsonObject[] = [];
  let nextToken: unknown;
  do {
    const page = { executionArn, maxResults: 1000, ...(nextToken === undefined ? {} : { nextToken }) };
    const answer = await wire.call('states', 'GetExecutionHistory', page);
    events.push(...(answer.events as JsonObject[])); // as the API says
    nextToken = answer.nextToken;
  } while (typeof nextToken === 'string');
  return events;
}
