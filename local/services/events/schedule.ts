import { type Cron, nextCronTime, parseCron } from '../scheduler/expression/cron.ts';
import { parseRate } from '../scheduler/expression/rate.ts';

/** When a rule runs by itself. */
export type RuleSchedule =
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'cron'; readonly cron: Cron };

/** Parses a rule's `ScheduleExpression`. @returns undefined when it is not valid */
export function parseSchedule(expression: string): RuleSchedule | undefined {
  const [, kind, text = ''] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'rate') {
    const rate = parseRate(text);
    return rate?.agrees ? { kind, everyMs: rate.everyMs } : undefined;
  }
  const cron = kind === 'cron' ? parseCron(text) : undefined;
  return cron && { kind: 'cron', cron };
}

/** When a schedule runs next, after it began or last ran at `lastMs`. Rules count in UTC. */
export function nextRun(schedule: RuleSchedule, lastMs: number): number | undefined {
  return schedule.kind === 'rate' ? lastMs + schedule.everyMs : nextCronTime(schedule.cron, lastMs);
}

/** What a schedule that began or last ran at `fromMs` counts its next run from, when those before `nowMs` are left out. */
export function lastRunBefore(
  schedule: RuleSchedule,
  { fromMs, nowMs }: { readonly fromMs: number; readonly nowMs: number },
): number {
  if (fromMs >= nowMs) return fromMs;
  if (schedule.kind === 'cron') return nowMs - 1;
  return fromMs + (Math.ceil((nowMs - fromMs) / schedule.everyMs) - 1) * schedule.everyMs;
}
