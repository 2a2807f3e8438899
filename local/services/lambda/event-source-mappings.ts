import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { OPERATOR, type Principal } from '../../cloud/principal.ts';
import type {
  EventSourceMapping,
  FunctionAnswer,
  MappingSettings,
  Poller,
  PollerContext,
} from '../../invoke/event-source-mapping/event-source-mapping.ts';
import { QueuePoller } from '../../invoke/event-source-mapping/queue/queue-poller.ts';
import { recordFilter } from '../../invoke/event-source-mapping/record-filter.ts';
import type { Checkpoints } from '../../invoke/event-source-mapping/stream/checkpoints.ts';
import { dynamoDbShardSource } from '../../invoke/event-source-mapping/stream/dynamodb-shard-source.ts';
import { kinesisShardSource } from '../../invoke/event-source-mapping/stream/kinesis-shard-source.ts';
import { StreamPoller } from '../../invoke/event-source-mapping/stream/stream-poller.ts';
import type { LambdaHost } from '../../invoke/lambda-host.ts';
import { parseFunctionName } from './function-name.ts';
import { deploymentOf, type FunctionStore } from './function-store.ts';
import { MappingStore } from './mapping-store.ts';

/** How long to wait before a source that cannot be read is looked at again. */
const UNREADABLE_PAUSE_MS = 10_000;

export interface MappingsOptions {
  readonly cloud: Cloud;
  readonly functions: FunctionStore;
  readonly host: LambdaHost;
}

/** The mappings of the account, and the pollers of those that are enabled. */
export class EventSourceMappings {
  readonly #cloud: Cloud;
  readonly #functions: FunctionStore;
  readonly #host: LambdaHost;
  readonly #mappings: MappingStore;
  readonly #pollers = new Map<string, Poller>();
  #isClosed = false;

  constructor({ cloud, functions, host }: MappingsOptions) {
    this.#cloud = cloud;
    this.#functions = functions;
    this.#host = host;
    this.#mappings = new MappingStore(cloud.journal);
    cloud.journal.onResume(() => this.#resume());
  }

  get all(): Iterable<EventSourceMapping> {
    return this.#mappings.all;
  }

  /** For a mapping that is about to be added. */
  newCheckpoints(uuid: string): Checkpoints {
    return this.#mappings.newCheckpoints(uuid);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(uuid: string): EventSourceMapping {
    const mapping = this.#mappings.find(uuid);
    if (mapping) return mapping;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
      status: 404,
      fields: { Type: 'User' },
    });
  }

  /** Takes the mapping in; when it is enabled its starting position is fixed before this resolves. */
  async add(mapping: EventSourceMapping): Promise<void> {
    if (mapping.settings.enabled) await this.#startPolling(mapping);
    this.#mappings.add(mapping);
    this.#settleLater(mapping);
  }

  /** The poller goes on under the new settings when what it has under way has ended. */
  change(mapping: EventSourceMapping, settings: MappingSettings): void {
    const { enabled } = mapping.settings;
    mapping.state = enabled === settings.enabled ? 'Updating' : settings.enabled ? 'Enabling' : 'Disabling';
    mapping.settings = settings;
    mapping.lastModifiedMs = this.#cloud.clock.now();
    this.#mappings.changed(mapping);
    void this.#stopPolling(mapping).then(async () => {
      mapping.checkpoints.forgetLanes();
      await this.#goOnPolling(mapping);
      this.#settleLater(mapping);
    });
  }

  delete(mapping: EventSourceMapping): void {
    mapping.state = 'Deleting';
    this.#mappings.delete(mapping);
    void this.#stopPolling(mapping);
  }

  /** Stops reading; what is under way ends with the function host, and counts as not done. */
  close(): void {
    this.#isClosed = true;
    for (const poller of this.#pollers.values()) void poller.stop();
    this.#pollers.clear();
  }

  /** The function's role, as long as there is a function. */
  principalOf(mapping: Pick<EventSourceMapping, 'functionName'>): Principal {
    const record = this.#functions.find(mapping.functionName);
    return { kind: 'role', roleArn: record?.latest.settings.Role ?? '', session: mapping.functionName };
  }

  /** After a restart. */
  #resume(): void {
    for (const mapping of this.#mappings.all) {
      void this.#goOnPolling(mapping);
      if (mapping.state !== 'Enabled' && mapping.state !== 'Disabled') this.#settleLater(mapping);
    }
  }

  /** Reads on, as soon as the source can be read. Never rejects. */
  async #goOnPolling(mapping: EventSourceMapping): Promise<void> {
    const isWanted = mapping.settings.enabled && this.#mappings.find(mapping.uuid) === mapping;
    if (!isWanted || this.#isClosed || this.#pollers.has(mapping.uuid)) return;
    try {
      await this.#startPolling(mapping);
    } catch (error) {
      this.#report(mapping, `PROBLEM: ${error instanceof Error ? error.message : error}`);
      this.#cloud.clock.schedule(UNREADABLE_PAUSE_MS, () => void this.#goOnPolling(mapping));
    }
  }

  #report(mapping: EventSourceMapping, processingResult: string): void {
    if (mapping.lastProcessingResult === processingResult || this.#isClosed) return;
    mapping.lastProcessingResult = processingResult;
    this.#mappings.changed(mapping);
  }

  async #startPolling(mapping: EventSourceMapping): Promise<void> {
    const poller = this.#poller(mapping);
    this.#pollers.set(mapping.uuid, poller);
    try {
      await poller.start();
    } catch (error) {
      await this.#stopPolling(mapping);
      throw error;
    }
  }

  async #stopPolling(mapping: EventSourceMapping): Promise<void> {
    const poller = this.#pollers.get(mapping.uuid);
    this.#pollers.delete(mapping.uuid);
    await poller?.stop();
  }

  #poller(mapping: EventSourceMapping): Poller {
    const context: PollerContext = {
      cloud: this.#cloud,
      mapping,
      filter: recordFilter(mapping.settings.filterPatterns),
      principal: () => this.principalOf(mapping),
      untilFree: () => this.#untilFree(mapping),
      callFunction: payload => this.#callFunction(mapping, payload),
      report: processingResult => this.#report(mapping, processingResult),
    };
    switch (mapping.kind) {
      case 'kinesis':
        return new StreamPoller(context, kinesisShardSource(context));
      case 'dynamodb':
        return new StreamPoller(context, dynamoDbShardSource(context));
      case 'sqs':
        return new QueuePoller(context);
    }
  }

  #settleLater(mapping: EventSourceMapping): void {
    this.#cloud.clock.schedule(0, () => {
      if (mapping.state === 'Deleting') return;
      mapping.state = mapping.settings.enabled ? 'Enabled' : 'Disabled';
      this.#mappings.changed(mapping);
    });
  }

  /** Versions and aliases are drawn by the call itself; that a function is missing is found out there too. */
  async #untilFree({ functionName, functionArn }: EventSourceMapping): Promise<void> {
    const record = this.#functions.find(functionName);
    if (!record || parseFunctionName(functionArn).qualifier !== undefined) return;
    await this.#host.whenFree?.(deploymentOf(record, record.latest));
  }

  /** Lambda calls its own functions: nobody has to allow it. */
  async #callFunction(mapping: EventSourceMapping, payload: string): Promise<FunctionAnswer> {
    const requestId = this.#cloud.ids.uuid();
    try {
      const answer = await this.#cloud.call<{ Payload?: string; FunctionError?: string; ExecutedVersion?: string }>({
        service: 'lambda',
        operation: 'Invoke',
        input: { FunctionName: mapping.functionArn, InvocationType: 'RequestResponse', Payload: payload },
        principal: OPERATOR,
        requestId,
      });
      if (this.#isClosed) return { kind: 'throttled' }; // it was cut off
      return {
        kind: 'answered',
        requestId,
        payload: answer.Payload ?? 'null',
        executedVersion: answer.ExecutedVersion ?? '$LATEST',
        ...(answer.FunctionError ? { functionError: answer.FunctionError } : {}),
      };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.code === 'TooManyRequestsException') return { kind: 'throttled' };
      this.#report(mapping, `PROBLEM: ${error.message}`);
      return { kind: 'unavailable' };
    }
  }
}
