import { AwsError } from '../../../cloud/aws-error.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { isoSeconds } from '../../events/bus-event.ts';
import { deliveryFailure } from '../../events/delivery/delivery-failure.ts';
import { retryDelayMs, retryPolicy } from '../../events/delivery/retry-policy.ts';
import { queueUrl } from '../../events/delivery/target-call.ts';
import { objectMember, textMember } from '../../events/request-members.ts';
import type { Schedule } from '../schedule.ts';
import { type PendingRun, PendingRuns } from './pending-runs.ts';
import { type Run, scheduleInput } from './schedule-input.ts';
import { targetOperation } from './target-operation.ts';

type RetryLimit = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

/** Invokes the targets of schedules: at least once each run, or the dead-letter queue gets it. */
export class Invocations {
  readonly #cloud: Cloud;
  readonly #pending: PendingRuns;
  /** What an earlier process had under way. */
  #interrupted: readonly PendingRun[];
  #closed = false;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#pending = new PendingRuns(cloud.journal);
    this.#interrupted = this.#pending.all;
    cloud.onClose(() => {
      this.#closed = true;
    });
  }

  /** Begins a run; answers at once. */
  start(schedule: Schedule, scheduledMs: number): void {
    // A schedule that changes while a run is under way does not change the run.
    const run: Run = { schedule: { ...schedule }, scheduledMs, executionId: this.#cloud.ids.uuid(), attempt: 1 };
    void this.#attempt(this.#pending.add(run, this.#cloud.clock.now()));
  }

  /** Goes on with what was under way, after a restart. */
  resume(): void {
    for (const pending of this.#interrupted) this.#attemptAgain(pending);
    this.#interrupted = [];
  }

  #attemptAgain(pending: PendingRun): void {
    const delayMs = pending.nextAttemptMs - this.#cloud.clock.now();
    this.#cloud.clock.schedule(delayMs, () => void this.#attempt(pending));
  }

  async #attempt(pending: PendingRun): Promise<void> {
    if (this.#closed) return;
    const { run } = pending;
    this.#count(run, 'InvocationAttemptCount');
    const input = scheduleInput(this.#cloud, run);
    try {
      const { target } = run.schedule.settings;
      await this.#cloud.call({ ...targetOperation(this.#cloud, target, input), principal: principalOf(run.schedule) });
    } catch (error) {
      if (this.#closed) return; // cut off: the next process tries again
      return this.#failed(pending, error, input);
    }
    this.#pending.remove(pending);
  }

  async #failed(pending: PendingRun, error: unknown, input: string): Promise<void> {
    const { run } = pending;
    const { code, retryable } = deliveryFailure(error);
    this.#count(run, code === 'THROTTLING' ? 'TargetErrorThrottledCount' : 'TargetErrorCount');
    const delayMs = retryDelayMs(run.attempt, this.#cloud.ids);
    const nextAttemptMs = this.#cloud.clock.now() + delayMs;
    const limit = retryable ? exhausted(run, nextAttemptMs) : undefined;
    if (retryable && !limit) {
      this.#pending.advance(pending, { run: { ...run, attempt: run.attempt + 1 }, nextAttemptMs });
      return this.#attemptAgain(pending);
    }
    await this.#giveUp(run, input, {
      ERROR_CODE: error instanceof AwsError ? error.code : code,
      ERROR_MESSAGE: error instanceof Error && error.message !== '' ? error.message : code,
      ...(limit === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: limit }),
    });
    this.#pending.remove(pending);
  }

  async #giveUp(run: Run, input: string, failure: Readonly<Record<string, string>>): Promise<void> {
    const { schedule } = run;
    const queueArn = textMember(objectMember(schedule.settings.target, 'DeadLetterConfig') ?? {}, 'Arn');
    if (queueArn === undefined) return this.#count(run, 'InvocationDroppedCount');
    const attributes = {
      ...failure,
      RETRY_ATTEMPTS: String(run.attempt - 1),
      SCHEDULED_TIME: isoSeconds(run.scheduledMs),
      SCHEDULE_ARN: schedule.arn,
      TARGET_ARN: textMember(schedule.settings.target, 'Arn') ?? '',
    };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    );
    try {
      await this.#cloud.call({
        service: 'sqs',
        operation: 'SendMessage',
        input: { QueueUrl: queueUrl(this.#cloud, queueArn), MessageBody: input, MessageAttributes },
        principal: principalOf(schedule),
      });
      this.#count(run, 'InvocationsSentToDeadLetterCount');
    } catch {
      this.#count(run, 'InvocationsFailedToBeSentToDeadLetterCount');
    }
  }

  #count({ schedule }: Run, name: string): void {
    const dimensions = { ScheduleGroup: schedule.group };
    this.#cloud.metrics({ namespace: 'AWS/Scheduler', name, dimensions, value: 1, unit: 'Count' });
  }
}

/** Schedules act in the role that they were given, for the dead-letter queue too. */
function principalOf({ name, settings }: Schedule): Principal {
  return { kind: 'role', roleArn: textMember(settings.target, 'RoleArn') ?? '', session: name };
}

function exhausted(run: Run, retryAtMs: number): RetryLimit | undefined {
  const policy = retryPolicy(objectMember(run.schedule.settings.target, 'RetryPolicy'));
  if (run.attempt > policy.maximumRetryAttempts) return 'MaximumRetryAttempts';
  return retryAtMs - run.scheduledMs > policy.maximumAgeMs ? 'MaximumEventAgeInSeconds' : undefined;
}
