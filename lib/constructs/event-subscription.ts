import { Duration, Stack } from 'aws-cdk-lib';
import { type EventPattern, Rule, type RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { aws_events } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { DurableQueue } from './durable-queue.ts';

export interface EventSubscriptionProps {
  readonly config: MillraceConfig;
  readonly bus: aws_events.IEventBusRef;
  readonly rule: string;
  readonly queue: string;
  /** As it reads in the EventBridge console. */
  readonly description: string;
  readonly pattern: EventPattern;
  /** What the queue receives. @default the whole event */
  readonly message?: RuleTargetInput;
}

/**
 * A rule of the bus and the queue that it fills. Two queues stand behind it: `<queue>-undelivered` has what EventBridge
 * could not deliver, `<queue>-dlq` what the queue's consumer failed on.
 */
export class EventSubscription extends Construct {
  /** The queue's physical name. */
  readonly queueName: string;
  /**
   * The types of the facts that it asks for, whole ones or, ending with `*`, the beginning of some; absent when it looks at more
   * than the type.
   */
  readonly types?: readonly string[];

  constructor(scope: Construct, id: string, props: EventSubscriptionProps) {
    super(scope, id);
    const { config } = props;
    this.queueName = resourceName(config, props.queue);
    const types = typesOf(Stack.of(this).resolve(props.pattern));
    if (types) this.types = types;
    const target = new SqsQueue(new DurableQueue(this, 'Queue', { config, name: props.queue }), {
      deadLetterQueue: new DeadLetterQueue(this, 'Undelivered', { config, name: `${props.queue}-undelivered` }),
      retryAttempts: 185,
      maxEventAge: Duration.hours(24),
      ...(props.message ? { message: props.message } : {}),
    });
    new Rule(this, 'Rule', {
      ruleName: resourceName(config, props.rule),
      description: props.description,
      eventBus: props.bus,
      eventPattern: props.pattern,
      targets: [target],
    });
  }
}

/** What a pattern that is resolved says about types, if it says nothing else. */
function typesOf({ detailType, ...rest }: { readonly detailType?: unknown }): readonly string[] | undefined {
  if (!Array.isArray(detailType) || Object.values(rest).some(each => each !== undefined)) return undefined;
  const types = detailType.map((each: unknown) => {
    if (typeof each === 'string') return each;
    const isPrefix = typeof each === 'object' && each !== null && 'prefix' in each && typeof each.prefix === 'string';
    return isPrefix ? `${each.prefix}*` : undefined;
  });
  return types.every(type => type !== undefined) ? types : undefined;
}
