import { AwsError } from '../../../local/cloud/aws-error.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR, type Principal } from '../../../local/cloud/principal.ts';
import type { JsonObject, Service } from '../../../local/cloud/service.ts';
import { statesService } from '../../../local/services/states/states-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/saga';

/** One call that a state machine made of a service. */
export interface ServiceCall {
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
  readonly principal: Principal;
  readonly atMs: number;
}

export type Answer = (input: JsonObject, call: ServiceCall) => unknown;

/** A cloud with Step Functions and services whose operations answer as the test says. */
export class StateMachineFixture {
  readonly clock = new VirtualClock(0);
  readonly cloud: Cloud;
  readonly calls: ServiceCall[] = [];

  constructor(services: Readonly<Record<string, Readonly<Record<string, Answer>>>> = {}, seed = 7) {
    this.cloud = new Cloud({
      region: 'eu-west-1',
      accountId: '000000000000',
      clock: this.clock,
      ids: seededIds(seed),
    });
    this.cloud.register(statesService(this.cloud));
    for (const [name, answers] of Object.entries(services)) this.cloud.register(this.#service(name, answers));
  }

  #service(name: string, answers: Readonly<Record<string, Answer>>): Service {
    const operations = Object.entries(answers).map(([operation, answer]) => [
      operation,
      (input: JsonObject, { principal }: { principal: Principal }) => {
        const call = { service: name, operation, input, principal, atMs: this.clock.now() };
        this.calls.push(call);
        return answer(input, call);
      },
    ]);
    return {
      name,
      wire: { protocol: 'json', targetPrefix: name, version: '1.1' },
      operations: Object.fromEntries(operations),
    };
  }

  states(operation: string, input: JsonObject): Promise<JsonObject> {
    return this.cloud.call<JsonObject>({ service: 'states', operation, input, principal: OPERATOR });
  }

  async create(definition: JsonObject, options: JsonObject = {}): Promise<string> {
    const input = { name: 'saga', roleArn: ROLE, definition: JSON.stringify(definition), ...options };
    return String((await this.states('CreateStateMachine', input)).stateMachineArn);
  }

  async start(stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> {
    const request = { stateMachineArn, input: JSON.stringify(input), ...(name === undefined ? {} : { name }) };
    return String((await this.states('StartExecution', request)).executionArn);
  }

  /** Runs a machine of this definition to its end. */
  async run(definition: JsonObject, input: unknown = {}): Promise<Outcome> {
    return this.finish(await this.start(await this.create(definition), input));
  }

  /** Moves the clock until the execution has ended. */
  async finish(executionArn: string): Promise<Outcome> {
    let ended = false;
    this.cloud.signals.subscribe(executionArn, () => {
      ended = true;
    });
    await this.clock.advanceUntil(() => ended, 400 * 24 * 3_600_000);
    return this.outcome(executionArn);
  }

  async outcome(executionArn: string): Promise<Outcome> {
    const { status, output, error, cause } = await this.states('DescribeExecution', { executionArn });
    const { events } = await this.states('GetExecutionHistory', { executionArn, maxResults: 1000 });
    return {
      status: String(status),
      output: output === undefined ? undefined : JSON.parse(String(output)),
      error,
      cause,
      events: events as Outcome['events'], // as the API says
    };
  }
}

export interface Outcome {
  readonly status: string;
  readonly output: unknown;
  readonly error: unknown;
  readonly cause: unknown;
  readonly events: readonly (JsonObject & { readonly type: string; readonly timestamp: number })[];
}

/** A function that answers with what `work` makes of its payload, and fails with what it throws. */
export function lambda(work: (payload: unknown) => unknown): Readonly<Record<string, Answer>> {
  return {
    Invoke: input => {
      try {
        const result = work(JSON.parse(String(input.Payload)));
        return { StatusCode: 200, Payload: JSON.stringify(result ?? null), ExecutedVersion: '$LATEST' };
      } catch (error) {
        if (error instanceof AwsError) throw error;
        const { name, message } = error as Error; // the tests throw errors
        const payload = { errorType: name, errorMessage: message };
        return { StatusCode: 200, FunctionError: 'Unhandled', Payload: JSON.stringify(payload) };
      }
    },
  };
}

export function failure(name: string, message = 'told so'): Error {
  return Object.assign(new Error(message), { name });
}

export const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:step';

/** A machine of one task. */
export function oneTask(task: JsonObject, others: JsonObject = {}): JsonObject {
  const transition = task.Next === undefined ? { End: true } : {};
  return { StartAt: 'Step', States: { Step: { Type: 'Task', Resource: FUNCTION, ...transition, ...task }, ...others } };
}
