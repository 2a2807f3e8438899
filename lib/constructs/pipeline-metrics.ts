import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** The namespace under which the handlers count, one dimension `Hop` per handler. */
const NAMESPACE = 'Millrace';
const PERIOD = Duration.minutes(1);

/** What a hop counted in a minute. */
export function hopCount(hop: string, metricName: string): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { Hop: hop },
    statistic: 'Sum',
    period: PERIOD,
  });
}

/** How long events took from ingestion until their effect was written, in milliseconds. */
export function effectLatency(hop: string, statistic: 'p50' | 'p99'): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName: 'EffectLatency',
    dimensionsMap: { Hop: hop },
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
