/**
 * Runs recorded executions of the States Language corpus against the engine and judges them. It knows the shape of the
 * corpus and nothing about single rows.
 */
import { existsSync, readFileSync } from 'node:fs';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { statesService } from '../../../local/services/states/states-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { type RecordedTask, recordedServices } from './recorded-services.ts';

const CORPUS = new URL('../../../../shared/oracles/asl.jsonl', import.meta.url);

export interface RecordedEvent {
  readonly id: number | readonly number[];
  readonly type: string;
}

export interface AslRow {
  readonly id: string;
  readonly kind: string;
  readonly authority: string;
  readonly source: string;
  readonly judgeable: boolean;
  readonly replayableWithTaskMocks?: boolean;
  readonly nondeterministic?: boolean;
  readonly type?: string;
  readonly definition: unknown;
  readonly definitionRaw?: string;
  readonly input?: unknown;
  /** The input with what differs from run to run replaced, as the outputs have it. */
  readonly recordedInput?: unknown;
  readonly request?: JsonObject;
  readonly expected: JsonObject;
  readonly history?: readonly RecordedEvent[];
  readonly tasks?: readonly RecordedTask[];
}

/** @returns undefined where the corpus is not there */
export function readAslCorpus(): AslRow[] | undefined {
  if (!existsSync(CORPUS)) return undefined;
  return readFileSync(CORPUS, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as AslRow); // the corpus says so of itself
}

/** A year in which every recorded wait falls due. */
const LONGEST_RUN_MS = 20 * 366 * 24 * 3_600_000;
export const RECORDED_ACTIVITY = 'arn:aws:states:us-east-1:000000000000:activity:recorded';

export interface ActualExecution {
  readonly status: string;
  readonly output?: unknown;
  readonly error?: unknown;
  readonly cause?: unknown;
  readonly events: readonly JsonObject[];
}

export interface EngineUnderTest {
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  call(operation: string, input: JsonObject): Promise<JsonObject>;
}

export function newEngine(tasks: readonly RecordedTask[] = []): EngineUnderTest {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'us-east-1', accountId: '000000000000', clock, ids: seededIds(1) });
  cloud.register(statesService(cloud));
  for (const service of recordedServices(cloud, tasks)) cloud.register(service);
  const call = (operation: string, input: JsonObject) =>
    cloud.call<JsonObject>({ service: 'states', operation, input, principal: OPERATOR });
  return { cloud, clock, call };
}

function inputOf(row: AslRow): unknown {
  return row.replayableWithTaskMocks ? (row.recordedInput ?? row.input) : row.input;
}

/** Creates the row's machine, runs it to its end and answers what became of it. @throws what the engine refuses */
export async function runRow(row: AslRow): Promise<ActualExecution> {
  const engine = newEngine(row.tasks);
  await engine.call('CreateActivity', { name: 'recorded' });
  const { stateMachineArn } = await engine.call('CreateStateMachine', {
    name: 'recorded',
    roleArn: 'arn:aws:iam::000000000000:role/recorded',
    definition: JSON.stringify(row.definition).replaceAll('"Resource":"<dummy>"', `"Resource":"${RECORDED_ACTIVITY}"`),
    type: 'STANDARD',
  });
  const { executionArn } = await engine.call('StartExecution', {
    stateMachineArn,
    input: JSON.stringify(inputOf(row)),
  });
  let description: JsonObject = { status: 'RUNNING' };
  void poll();
  async function poll() {
    const { promise, resolve } = Promise.withResolvers<void>();
    engine.cloud.signals.subscribe(String(executionArn), resolve);
    await promise;
    description = await engine.call('DescribeExecution', { executionArn });
  }
  await engine.clock.advanceUntil(() => description.status !== 'RUNNING', LONGEST_RUN_MS);
  const { events } = await engine.call('GetExecutionHistory', { executionArn, maxResults: 1000 });
  const { status, output, error, cause } = description;
  return {
    status: String(status),
    ...(output === undefined ? {} : { output: JSON.parse(String(output)) }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    events: events as JsonObject[], // as the API says
  };
}
