import { Duration } from 'aws-cdk-lib';
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
  constructor(scope: Construct, id: string, props: EventSubscriptionProps) {
    super(scope, id);
    const { config } = props;
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
