import { Aws, Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { HandlerFunction } from './handler-function.ts';

export interface FunctionScheduleProps {
  readonly config: MillraceConfig;
  readonly name: string;
  readonly description: string;
  /** As EventBridge Scheduler writes it: `rate(1 minute)`. */
  readonly expression: string;
  readonly handler: HandlerFunction;
}

/**
 * Invokes a handler on a schedule. Two edges can fail, and each has its queue: `<name>-undelivered` has the invocations that
 * Scheduler could not hand to Lambda, `<name>-failures` those that the handler threw on.
 */
export class FunctionSchedule extends Construct {
  constructor(scope: Construct, id: string, props: FunctionScheduleProps) {
    super(scope, id);
    const { config, name, handler } = props;
    handler.function.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.minutes(5),
      onFailure: new SqsDestination(new DeadLetterQueue(this, 'Failures', { config, name: `${name}-failures` })),
    });
    const undelivered = new DeadLetterQueue(this, 'Undelivered', { config, name: `${name}-undelivered` });
    const role = new Role(this, 'Role', {
      description: `Lets the schedule ${resourceName(config, name)} invoke its function`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const invoke = handler.grantInvoke(role);
    const leave = undelivered.grantSendMessages(role);
    const schedule = new CfnSchedule(this, 'Schedule', {
      name: resourceName(config, name),
      description: props.description,
      scheduleExpression: props.expression,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: handler.function.functionArn,
        roleArn: role.roleArn,
        deadLetterConfig: { arn: undelivered.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 10 },
      },
    });
    invoke.applyBefore(schedule);
    leave.applyBefore(schedule);
  }
}
