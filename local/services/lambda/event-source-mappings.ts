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
import { dynamoDbShardSource } from '../../invoke/event-source-mapping/stream/dynamodb-shard-source.ts';
import { kinesisShardSource } from '../../invoke/event-source-mapping/stream/kinesis-shard-source.ts';
import { StreamPoller } from '../../invoke/event-source-mapping/stream/stream-poller.ts';
import type { FunctionStore } from './function-store.ts';

/** The mappings of the account, and the pollers of those that are enabled. */
export class EventSourceMappings {
  readonly #cloud: Cloud;
  readonly #functions: FunctionStore;
  readonly #mappings = new Map<string, EventSourceMapping>();
  readonly #pollers = new Map<string, Poller>();

  constructor(cloud: Cloud, functions: FunctionStore) {
    this.#cloud = cloud;
    this.#functions = functions;
  }

  get all(): Iterable<EventSourceMapping> {
    return this.#mappings.values();
  }

  /** @throws AwsError ResourceNotFoundException */
  get(uuid: string): EventSourceMapping {
    const mapping = this.#mappings.get(uuid);
    if (mapping) return mapping;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
      status: 404,
      fields: { Type: 'User' },
    });
  }

  /** Takes the mapping in; when it is enabled its starting position is fixed before this resolves. */
  async add(mapping: EventSourceMapping): Promise<void> {
    if (mapping.settings.enabled) await this.#startPolling(mapping);
    this.#mappings.set(mapping.uuid, mapping);
    this.#settleLater(mapping);
  }

  /** The poller goes on under the new settings when what it has under way has ended. */
  change(mapping: EventSourceMapping, settings: MappingSettings): void {
    const { enabled } = mapping.settings;
    mapping.state = enabled === settings.enabled ? 'Updating' : settings.enabled ? 'Enabling' : 'Disabling';
    mapping.settings = settings;
    mapping.lastModifiedMs = this.#cloud.clock.now();
    void this.#stopPolling(mapping).then(async () => {
      if (mapping.settings.enabled && this.#mappings.has(mapping.uuid)) await this.#startPolling(mapping);
      this.#settleLater(mapping);
    });
  }

  delete(mapping: EventSourceMapping): void {
    mapping.state = 'Deleting';
    this.#mappings.delete(mapping.uuid);
    void this.#stopPolling(mapping);
  }

  /** Stops reading; what is under way ends with the function host. */
  close(): void {
    for (const poller of this.#pollers.values()) void poller.stop();
    this.#pollers.clear();
  }

  /** The function's role, as long as there is a function. */
  principalOf(mapping: Pick<EventSourceMapping, 'functionName'>): Principal {
    const record = this.#functions.find(mapping.functionName);
    return { kind: 'role', roleArn: record?.latest.settings.Role ?? '', session: mapping.functionName };
  }

  async #startPolling(mapping: EventSourceMapping): Promise<void> {
    const poller = this.#poller(mapping);
    this.#pollers.set(mapping.uuid, poller);
    try {
      await poller.start();
    } catch (error) {
      this.#pollers.delete(mapping.uuid);
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
      callFunction: payload => this.#callFunction(mapping, payload),
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
      if (mapping.state !== 'Deleting') mapping.state = mapping.settings.enabled ? 'Enabled' : 'Disabled';
    });
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
      mapping.lastProcessingResult = `PROBLEM: ${error.message}`;
      return { kind: 'unavailable' };
    }
  }
}
