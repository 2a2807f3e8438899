/**
 * What the public tests of Lambda and SQS have at hand: an account with every service in it, on a virtual clock, behind its
 * wire protocols. The functions of the recordings are written in Python; here they are small ones for Node.js that do the same.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cloud } from '../../../../local/cloud/cloud.ts';
import { seededIds } from '../../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../../local/cloud/principal.ts';
import type { HttpRequest, HttpResponse, JsonObject } from '../../../../local/cloud/service.ts';
import { registerServices } from '../../../../local/services/roster.ts';
import { VirtualClock } from '../../../../local/time/virtual-clock.ts';
import { router } from '../../../../local/wire/router.ts';
import { listen, type WireServer } from '../../../../local/wire/server.ts';
import { lambdaRequest, recordedAnswer, targetRequest } from './recorded-request.ts';

/** Longer than Kinesis and DynamoDB take to make a stream or a table. */
const CREATION_MS = 60_000;
/** The longest that ReceiveMessage may wait. */
const LONG_POLL_S = 20;
/** A public test gives up on a message after some minutes. */
const PATIENCE_MS = 10 * 60_000;

export interface Queue {
  readonly url: string;
  readonly arn: string;
}

/** What ReceiveMessage answers, as the recorder saw it. */
export interface Received extends JsonObject {
  readonly Messages?: readonly (JsonObject & { readonly ReceiptHandle: string })[];
}

export class MappingStage {
  readonly clock = new VirtualClock();
  readonly cloud: Cloud;
  readonly #route: (request: HttpRequest) => Promise<HttpResponse>;
  readonly #server: WireServer;
  readonly #folders: string[] = [];
  readonly #events = new Map<string, JsonObject[]>();
  #names = 0;

  private constructor(cloud: Cloud, clock: VirtualClock, server: WireServer) {
    this.cloud = cloud;
    this.clock = clock;
    this.#server = server;
    this.#route = router(cloud, { principalOf: () => undefined });
  }

  /** Opens a port too: the functions of some tests send messages. */
  static async open(): Promise<MappingStage> {
    const clock = new VirtualClock();
    const cloud = new Cloud({ region: 'us-east-1', accountId: '000000000000', clock, ids: seededIds(17) });
    const server = await listen(router(cloud, { principalOf: () => undefined }), { port: 0 });
    cloud.endpoint = `http://127.0.0.1:${server.port}`;
    const stage = new MappingStage(cloud, clock, server);
    registerServices(cloud);
    stage.#watchInvocations();
    return stage;
  }

  async close(): Promise<void> {
    await this.cloud.close();
    await this.#server.close();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }

  /** A name that no other resource of the test has. */
  name(kind: string): string {
    this.#names++;
    return `test-${kind}-${this.#names}x7f3`;
  }

  /** Prepares what the recorder did not look at. */
  call<Output = JsonObject>(service: string, operation: string, input: JsonObject): Promise<Output> {
    return this.cloud.call<Output>({ service, operation, input, principal: OPERATOR });
  }

  /** An answer or a refusal as the recorder saw it, with its HTTP status. */
  async lambda(operation: string, input: JsonObject): Promise<JsonObject> {
    return recordedAnswer('lambda', await this.#route(lambdaRequest(operation, input)));
  }

  async answer(service: string, operation: string, input: JsonObject): Promise<JsonObject> {
    return recordedAnswer(service, await this.#route(targetRequest(this.cloud, { service, operation, input })));
  }

  /** @param settings what CreateFunction takes besides name, code and role */
  async function(source: string, settings: JsonObject = {}): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-recorded-'));
    this.#folders.push(folder);
    writeFileSync(join(folder, 'index.mjs'), source);
    const FunctionName = this.name('function');
    await this.call('lambda', 'CreateFunction', {
      FunctionName,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${this.cloud.accountId}:role/test-role-9x7f3`,
      Code: { LocalDirectory: folder },
      ...settings,
    });
    return FunctionName;
  }

  async queue(attributes: JsonObject = {}, suffix = ''): Promise<Queue> {
    const QueueName = `${this.name('queue')}${suffix}`;
    const { QueueUrl: url } = await this.call<{ QueueUrl: string }>('sqs', 'CreateQueue', {
      QueueName,
      Attributes: attributes,
    });
    return { url, arn: this.cloud.arn('sqs', QueueName) };
  }

  /** @returns the ARN of an active stream of one shard */
  async stream(): Promise<string> {
    const StreamName = this.name('stream');
    await this.call('kinesis', 'CreateStream', { StreamName, ShardCount: 1 });
    await this.clock.advance(CREATION_MS);
    return this.cloud.arn('kinesis', `stream/${StreamName}`);
  }

  /** Creates a mapping and waits until it is enabled. @returns what the recorder saw */
  async mapping(input: JsonObject): Promise<JsonObject> {
    const answer = await this.lambda('CreateEventSourceMapping', input);
    await this.clock.advance(CREATION_MS);
    return answer;
  }

  /** Waits for the next message. @throws when none comes */
  async receive(queue: Queue, input: JsonObject = {}): Promise<Received> {
    const untilMs = this.clock.now() + PATIENCE_MS;
    while (this.clock.now() < untilMs) {
      let answer: Received | undefined;
      const asked = { QueueUrl: queue.url, WaitTimeSeconds: LONG_POLL_S, ...input };
      void this.answer('sqs', 'ReceiveMessage', asked).then(received => {
        answer = received;
      });
      await this.clock.advanceUntil(() => answer !== undefined, PATIENCE_MS);
      if (answer?.Messages) return answer;
    }
    throw new Error(`Cannot receive a message from ${queue.arn}: none came in ${PATIENCE_MS} ms`);
  }

  /** The events that a function has been given so far. */
  events(functionName: string): readonly JsonObject[] {
    return this.#events.get(functionName) ?? [];
  }

  pass(durationMs: number): Promise<void> {
    return this.clock.advance(durationMs);
  }

  #watchInvocations(): void {
    this.cloud.intercept((request, next) => {
      if (request.service === 'lambda' && request.operation === 'Invoke') {
        const name = String(request.input.FunctionName).replace(/^.*:function:/, '');
        this.#events.set(name, [...this.events(name), JSON.parse(String(request.input.Payload ?? '{}'))]);
      }
      return next();
    });
  }
}
