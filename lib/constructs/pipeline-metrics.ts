import { Duration, Stack } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';

/** The namespace under which the handlers count, dimensions `Stage` and `Hop` (the handler). */
const NAMESPACE = 'Millrace';
const PERIOD = Duration.minutes(1);

type Stage = Pick<MillraceConfig, 'stage'>;

/** What a hop counted in a minute. */
export function hopCount({ stage }: Stage, hop: string, metricName: string): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { Stage: stage, Hop: hop },
    statistic: 'Sum',
    period: PERIOD,
  });
}

/** How long events took from ingestion until their effect was written, in milliseconds. */
export function effectLatency({ stage }: Stage, hop: string, statistic: 'p50' | 'p99'): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName: 'EffectLatency',
    dimensionsMap: { Stage: stage, Hop: hop },
    statistic,
    period: PERIOD,
  });
}

export function functionMetric(functionName: string, metricName: 'Errors' | 'Throttles' | 'IteratorAge'): Metric {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { FunctionName: functionName },
    statistic: metricName === 'IteratorAge' ? 'Maximum' : 'Sum',
    period: PERIOD,
  });
}

/** Errors of a saga's step that are no refusals: it answers a refusal by an error too, and counts it as `Refused`. */
export function stepErrors(stage: Stage, functionName: string, hop: string): IMetric {
  return new MathExpression({
    expression: 'errors - FILL(refused, 0)',
    usingMetrics: { errors: functionMetric(functionName, 'Errors'), refused: hopCount(stage, hop, 'Refused') },
    period: PERIOD,
  });
}

export function queueDepth(queueName: string): Metric {
  return new Metric({
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensionsMap: { QueueName: queueName },
    statistic: 'Maximum',
    period: PERIOD,
  });
}

export type ExecutionMetric =
  | 'ExecutionsStarted'
  | 'ExecutionsSucceeded'
  | 'ExecutionsFailed'
  | 'ExecutionsTimedOut'
  | 'ExecutionsAborted';

export function executionMetric(scope: Construct, stateMachineName: string, metricName: ExecutionMetric): Metric {
  const arn = Stack.of(scope).formatArn({
    service: 'states',
    resource: `stateMachine:${stateMachineName}`,
  });
  return new Metric({
    namespace: 'AWS/States',
    metricName,
    dimensionsMap: { StateMachineArn: arn },
    statistic: 'Sum',
    period: PERIOD,
  });
}

export function apiMetric(apiId: string, metricName: 'Count' | '4xx' | '5xx' | 'Latency', statistic = 'Sum'): Metric {
  return new Metric({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensionsMap: { ApiId: apiId },
    statistic,
    period: PERIOD,
  });
}
