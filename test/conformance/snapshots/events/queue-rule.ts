import type { JsonObject } from '../../../../local/cloud/service.ts';
import { ACCOUNT_PATTERN } from './account-event.ts';
import type { EventsStage, Queue } from './events-stage.ts';

export interface QueueRule {
  readonly busName: string;
  readonly ruleName: string;
  readonly queue: Queue;
}

export interface QueueRuleOptions {
  /** @default a new bus */
  readonly busName?: string;
  /** @default the account event's */
  readonly pattern?: string;
  /** What the target has besides its id and ARN. */
  readonly target?: JsonObject;
}

/** A rule whose matches go to a new queue. */
export async function queueRule(stage: EventsStage, options: QueueRuleOptions = {}): Promise<QueueRule> {
  const busName = options.busName ?? stage.name('bus');
  if (options.busName === undefined) await stage.bus(busName);
  const ruleName = stage.name('rule');
  const EventPattern = options.pattern ?? ACCOUNT_PATTERN;
  await stage.events('PutRule', { Name: ruleName, EventBusName: busName, EventPattern });
  const queue = await stage.queue();
  const target = { Id: stage.name('target'), Arn: queue.arn, ...options.target };
  await stage.events('PutTargets', { Rule: ruleName, EventBusName: busName, Targets: [target] });
  return { busName, ruleName, queue };
}

/** What arrives in the queue of a new rule when these events are put one after another. */
export async function delivered(
  stage: EventsStage,
  entries: readonly JsonObject[],
  options: QueueRuleOptions = {},
): Promise<JsonObject[]> {
  const { busName, queue } = await queueRule(stage, options);
  const messages: JsonObject[] = [];
  for (const entry of entries) {
    await stage.put(busName, [entry]);
    messages.push(...(await stage.messages(queue)));
  }
  return messages;
}
