import { CfnOutput, Duration } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { Construct } from 'constructs';
import { AuditedBucket, grantPutObjects } from '../constructs/audited-bucket.ts';
import { DurableQueue } from '../constructs/durable-queue.ts';
import type { HandlerFunction } from '../constructs/handler-function.ts';
import { HttpEndpoint } from '../constructs/http-endpoint.ts';
import { consumeQueue } from '../constructs/queue-consumer.ts';
import { letReadSchemas } from '../constructs/schema-readers.ts';
import { resourceName } from '../names.ts';
import { NAMES } from '../references.ts';
import { removalPolicy } from '../removal-policy.ts';
import { MillraceStack, type MillraceStackProps } from './millrace-stack.ts';

/** Accepted events wait here for the stream: hours of throttling are no reason to make dead letters of them. */
const OVERFLOW_DELIVERIES = 200;

/**
 * Events in: the HTTP API, the collector behind it, the stream that it writes to, the queue that takes over while the
 * stream throttles, and the bucket for what cannot be read.
 */
export class IngestionStack extends MillraceStack {
  constructor(scope: Construct, props: MillraceStackProps) {
    super(scope, 'ingestion: events in, over HTTP, into the stream', props);
    const stream = this.#makeStream();
    const overflow = new DurableQueue(this, 'Overflow', {
      config: this.config,
      name: 'overflow',
      fifo: true, // the events of a subject leave it in the order in which they came
      maxReceiveCount: OVERFLOW_DELIVERIES,
    });
    const { api } = new HttpEndpoint(this, 'Http', { config: this.config });
    const collector = this.#collect(stream, overflow);
    this.route('PostEvents', { api, method: HttpMethod.POST, path: '/events', handler: collector });
    this.#takeTrackers(api, collector);
    this.#drain(overflow, stream);
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint, description: 'Where POST /events takes events' });
    new CfnOutput(this, 'StreamName', { value: stream.streamName });
  }

  #makeStream(): Stream {
    const { shards, retentionHours } = this.config.stream;
    return new Stream(this, 'Events', {
      streamName: resourceName(this.config, NAMES.stream),
      retentionPeriod: Duration.hours(retentionHours),
      encryption: StreamEncryption.MANAGED,
      removalPolicy: removalPolicy(this.config),
      ...(shards.mode === 'provisioned'
        ? { streamMode: StreamMode.PROVISIONED, shardCount: shards.count }
        : { streamMode: StreamMode.ON_DEMAND }),
    });
  }

  #collect(stream: Stream, overflow: DurableQueue) {
    const quarantine = new AuditedBucket(this, 'Quarantine', {
      config: this.config,
      name: NAMES.quarantine,
      expireAfterDays: 90,
    });
    const keys = this.config.api.segmentWriteKeys;
    const collector = this.handler('Collector', {
      handler: 'collector',
      description: 'Takes events over HTTP, answers for each, and writes the good ones to the stream',
      memoryMb: 512,
      environment: {
        STREAM_NAME: stream.streamName,
        OVERFLOW_QUEUE_URL: overflow.queueUrl,
        QUARANTINE_BUCKET: quarantine.bucketName,
        ...(keys.length > 0 ? { SEGMENT_WRITE_KEYS: keys.join(',') } : {}),
      },
    });
    letReadSchemas(collector, this.config);
    stream.grant(collector, 'kinesis:PutRecords');
    overflow.grant(collector, 'sqs:SendMessage');
    grantPutObjects(collector, {
      bucket: quarantine,
      prefix: 'quarantine/',
      reason: 'One object per quarantined event, its key made from day and event id; put is the only action.',
    });
    return collector;
  }

  /** Segment's tracking protocol. Browsers ask first (OPTIONS) when they send a header of their own. */
  #takeTrackers(api: HttpApi, handler: HandlerFunction): void {
    const isKeyed = this.config.api.segmentWriteKeys.length > 0;
    const open = isKeyed
      ? { openBecause: 'Trackers cannot sign requests; the collector asks for one of the write keys of the config.' }
      : {};
    for (const method of [HttpMethod.POST, HttpMethod.OPTIONS]) {
      this.route(`Segment${method}`, { api, method, path: '/v1/{call}', handler, ...open });
    }
  }

  #drain(overflow: DurableQueue, stream: Stream): void {
    const drainer = this.handler('OverflowDrainer', {
      handler: 'overflow-drainer',
      description: 'Moves events from the overflow queue to the stream',
      environment: { STREAM_NAME: stream.streamName },
    });
    stream.grant(drainer, 'kinesis:PutRecords');
    consumeQueue({ queue: overflow, handler: drainer, batching: this.config.queue });
  }
}
