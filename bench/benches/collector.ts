import { KinesisClient } from '@aws-sdk/client-kinesis';
import { parseIngestedEvent } from '../../domains/ingest-contracts.ts';
import { kinesisEventLog } from '../../lambdas/adapters/event-log-kinesis.ts';
import { type CollectDependencies, collect } from '../../lambdas/collector/collect.ts';
import { readEvents, readOptions } from '../../lambdas/collector/read-request.ts';
import type { HttpRequest } from '../../lambdas/runtime/http.ts';
import { ports } from '../../lambdas/runtime/ports.ts';
import type { Bench } from '../bench-definition.ts';
import { cannedAnswers } from '../canned-answers.ts';
import { perSecond } from '../timed.ts';
import { visitorEvents } from '../visitor-events.ts';

const REQUESTS = 40;
const EVENTS_PER_REQUEST = 100;

/** What the collector does with a request, on one core: Kinesis takes no time, the SDK's own work for the call is in it. */
export const collector: Bench = {
  name: 'collector',
  measures: `requests of ${EVENTS_PER_REQUEST} events read, judged, put by an SDK client that is answered at once, and answered; against JSON.parse of the request and JSON.stringify of its events`,
  unit: 'events/s',
  rounds: 9,

  async open() {
    const events = visitorEvents(REQUESTS * EVENTS_PER_REQUEST);
    const bodies = Array.from({ length: REQUESTS }, (_, index) =>
      JSON.stringify(events.slice(index * EVENTS_PER_REQUEST, (index + 1) * EVENTS_PER_REQUEST)),
    );
    const client = new KinesisClient({
      region: 'eu-west-1',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
      requestHandler: cannedAnswers({
        contentType: 'application/x-amz-json-1.1',
        mark: '"PartitionKey"',
        answer: entries => ({
          FailedRecordCount: 0,
          Records: Array.from({ length: entries }, () => ({ SequenceNumber: '1', ShardId: 'shardId-000000000000' })),
        }),
      }),
    });
    const dependencies: CollectDependencies = {
      ...ports,
      parse: parseIngestedEvent,
      log: kinesisEventLog({ ...ports, client, streamName: 'bench' }),
      overflow: { keep: refusing },
      quarantine: { keep: refusing },
      warn: refusing,
    };
    return {
      subject: { name: 'collector', measure: () => perSecond(() => takeAll(bodies, dependencies)) },
      against: { name: 'JSON alone', measure: () => perSecond(() => parseAll(bodies)) },
      close: async () => client.destroy(),
    };
  },
};

async function takeAll(bodies: readonly string[], dependencies: CollectDependencies): Promise<number> {
  let accepted = 0;
  for (const body of bodies) {
    const request = { headers: { 'content-type': 'application/json' }, body } as unknown as HttpRequest; // what is read of it
    const report = await collect(readEvents(request), readOptions(request), dependencies);
    JSON.stringify(report.results);
    accepted += report.accepted;
  }
  return accepted;
}

function parseAll(bodies: readonly string[]): number {
  let count = 0;
  for (const body of bodies) {
    const events: unknown[] = JSON.parse(body);
    for (const event of events) JSON.stringify(event);
    count += events.length;
  }
  return count;
}

function refusing(what: unknown): never {
  throw new Error(`Cannot count the round: ${JSON.stringify(what).slice(0, 200)}`);
}
