import type { Cloud } from '../../../cloud/cloud.ts';
import { isoSeconds } from '../../events/bus-event.ts';
import { textMember } from '../../events/request-members.ts';
import type { Schedule } from '../schedule.ts';

/** One run of a schedule. */
export interface Run {
  readonly schedule: Schedule;
  readonly scheduledMs: number;
  readonly executionId: string;
  /** 1 for the first. */
  attempt: number;
}

/** The target's input for an attempt, its context attributes filled in. */
export function scheduleInput(cloud: Cloud, run: Run): string {
  const { schedule, scheduledMs, executionId, attempt } = run;
  const input = textMember(schedule.settings.target, 'Input') ?? defaultInput(cloud, run);
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
    .replaceAll('<aws.scheduler.scheduled-time>', isoSeconds(scheduledMs))
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
}

/** What a target receives when the schedule says nothing (Scheduler user guide, "Invoke a Lambda function"). */
function defaultInput(cloud: Cloud, { schedule, scheduledMs, executionId }: Run): string {
  return JSON.stringify({
    version: '0',
    id: executionId,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: cloud.accountId,
    time: isoSeconds(scheduledMs),
    region: cloud.region,
    resources: [schedule.arn],
    detail: '{}',
  });
}
