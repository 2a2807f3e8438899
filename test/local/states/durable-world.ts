import type { Cloud } from '../../../local/cloud/cloud.ts';
import type { JsonObject, Service } from '../../../local/cloud/service.ts';
import { s3Service } from '../../../local/services/s3/s3-service.ts';
import { statesService } from '../../../local/services/states/states-service.ts';
import { type RestartableCloud, type RestartableOptions, restartableClouds } from '../../support/restartable-cloud.ts';
import { type Outcome, ROLE } from './state-machine-fixture.ts';

/** What a function makes of its payload; it may throw. */
export type Work = (payload: JsonObject) => unknown;

/** One invocation of a function: outside the cloud, so that it is remembered whatever becomes of that. */
export interface Invocation {
  readonly name: string;
  readonly payload: JsonObject;
  /** Which process made it, from 0. */
  readonly process: number;
  readonly atMs: number;
}

export interface WorldOptions extends RestartableOptions {
  readonly work?: Work;
  /** How long each invocation takes. @default 1000 */
  readonly tookMs?: number;
}

/**
 * A cloud that is killed again and again, and what does not die with it: the functions' world, and whoever holds task
 * tokens. Functions answer later than they are called; `dynamodb:putItem` is answered at once, and its items are kept.
 */
export class DurableWorld {
  readonly invocations: Invocation[] = [];
  /** Tokens of `sqs:sendMessage.waitForTaskToken`, as they were sent. */
  readonly tokens: string[] = [];
  /** Is called when everything is back and nothing goes on yet. */
  beforeResume: ((cloud: Cloud) => Promise<unknown>) | undefined;
  readonly remove: () => Promise<void>;
  readonly #options: WorldOptions;
  readonly #start: () => Promise<RestartableCloud>;
  /** The number of the process that runs. */
  process = -1;
  #running: RestartableCloud | undefined;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    const clouds = restartableClouds(cloud => this.#register(cloud), options);
    this.#start = clouds.start;
    this.remove = clouds.remove;
  }

  async start(): Promise<this> {
    this.#running = await this.#start();
    return this;
  }

  get running(): RestartableCloud {
    if (!this.#running) throw new Error('Cannot use the world: it has not been started');
    return this.#running;
  }

  get clock() {
    return this.running.clock;
  }

  /** Ends the process; another one takes over after that time. */
  async kill(downMs = 0): Promise<void> {
    this.#running = await this.running.restarted(downMs);
  }

  states(operation: string, input: JsonObject): Promise<JsonObject> {
    return this.running.call('states', operation, input);
  }

  async create(definition: JsonObject, options: JsonObject = {}): Promise<string> {
    const input = { name: 'saga', roleArn: ROLE, definition: JSON.stringify(definition), ...options };
    return String((await this.states('CreateStateMachine', input)).stateMachineArn);
  }

  async begin(definition: JsonObject, input: unknown = {}): Promise<string> {
    return this.begun(await this.create(definition), input);
  }

  async begun(stateMachineArn: string, input: unknown = {}): Promise<string> {
    const { executionArn } = await this.states('StartExecution', { stateMachineArn, input: JSON.stringify(input) });
    return String(executionArn);
  }

  async finish(executionArn: string): Promise<Outcome> {
    let status: unknown;
    const look = async () => {
      ({ status } = await this.states('DescribeExecution', { executionArn }));
    };
    for (await look(); status === 'RUNNING'; await look()) await this.clock.advance(500);
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

  /** The ids of the items that were put, as often as they were. */
  async items(): Promise<readonly string[]> {
    return this.running.call<string[]>('dynamodb', 'Scan', {});
  }

  #register(cloud: Cloud): void {
    this.process++;
    cloud.journal.onResume(async () => {
      await this.beforeResume?.(cloud);
    });
    cloud.register(statesService(cloud));
    cloud.register(s3Service(cloud));
    cloud.register(ledger(cloud));
    cloud.register(service('lambda', { Invoke: this.#invoke(cloud, this.process) }));
    cloud.register(service('sqs', { SendMessage: input => this.#send(input) }));
  }

  #invoke(cloud: Cloud, process: number) {
    return async (input: JsonObject) => {
      const payload = JSON.parse(String(input.Payload ?? '{}')) as JsonObject;
      const name = String(payload.name ?? String(input.FunctionName).split(':').at(-1));
      this.invocations.push({ name, payload, process, atMs: cloud.clock.now() });
      await cloud.clock.sleep(this.#options.tookMs ?? 1000);
      return answerOf(() => this.#options.work?.(payload) ?? `${name} done`);
    };
  }

  #send({ MessageBody }: JsonObject): JsonObject {
    const { token } = JSON.parse(String(MessageBody)) as { readonly token: string };
    this.tokens.push(token);
    return { MessageId: 'm' };
  }
}

function answerOf(work: () => unknown): JsonObject {
  try {
    return { StatusCode: 200, Payload: JSON.stringify(work()) };
  } catch (error) {
    const { name, message } = error as Error; // the tests throw errors
    const payload = { errorType: name, errorMessage: message };
    return { StatusCode: 200, FunctionError: 'Unhandled', Payload: JSON.stringify(payload) };
  }
}

function service(name: string, operations: Service['operations']): Service {
  return { name, wire: { protocol: 'json', targetPrefix: name, version: '1.1' }, operations };
}

/** A table whose items are what was put, in the journal as everything in a real cloud is. */
function ledger(cloud: Cloud): Service {
  const put: string[] = [];
  const touch = cloud.journal.keep<string>({
    name: 'test/ledger',
    keys: () => put.map((_, index) => String(index)),
    read: key => put[Number(key)],
    restore: (_, id) => {
      put.push(id);
    },
  });
  return service('dynamodb', {
    Scan: () => put,
    PutItem: ({ Item }) => {
      const { id } = Item as { readonly id: { readonly S: string } };
      touch(String(put.push(id.S) - 1));
      return {};
    },
  });
}

/** The state in which each event happened, found by going back to its entry. */
export function stateOf(events: Outcome['events'], event: Outcome['events'][number]): string {
  for (let at: typeof event | undefined = event; at; at = events[Number(at.previousEventId) - 1]) {
    const { name } = (at.stateEnteredEventDetails ?? {}) as { readonly name?: string };
    if (name !== undefined) return name;
  }
  return '';
}
