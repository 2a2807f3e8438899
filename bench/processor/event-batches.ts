/** Batches of stream records as a processor gets them: the same for the same arguments, but for the present. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { KinesisStreamRecord } from 'aws-lambda';
import { loadMapping } from '../../cli/send/mapping.ts';
import { openRows } from '../../cli/send/rows.ts';
import { between, type CloudEvent, newUlid, seededRandom } from '../../core/index.ts';
import { visitorTraffic } from '../../domains/behaviour/demo/visitor-traffic.ts';
import { readConfig } from '../../lib/config.ts';

export type Batch = readonly KinesisStreamRecord[];

/** What a stream in on-demand mode begins with. */
const SHARDS = 4;
const { batchSize: BATCH, parallelization: BATCHES_PER_SHARD } = readConfig(() => undefined).processor;
const RETAIL_FILE = path.resolve(import.meta.dirname, '../../../shared/data/online-retail/online-retail-2010-12.csv');
const FIRST_SEQUENCE = 10n ** 55n;

/** Purchases of a real gift shop, or a made shop of the same shape where the file is not there, all of a key together. */
export async function retailBatches(count: number): Promise<readonly Batch[]> {
  const events = existsSync(RETAIL_FILE) ? await retailEvents(count * BATCH) : madeRetailEvents(count * BATCH);
  const clustered = [...Map.groupBy(events, event => event.subject).values()].flat();
  return Array.from({ length: count }, (_, i) => toRecords(clustered.slice(i * BATCH, (i + 1) * BATCH)));
}

/**
 * What 200 visitors do side by side, as the template's mapping gives it to a function that has a backlog: by shard, and by
 * the part of a shard that one of its concurrent batches takes.
 */
export function visitorBatches(count: number): readonly Batch[] {
  const lanes = new Map<number, CloudEvent[]>();
  const batches: Batch[] = [];
  for (const { event, kind } of visitorTraffic({ seed: 7, visitors: 200, now: Date.now })) {
    if (kind === 'malformed') continue; // the quarantine is no part of the comparison
    const valid = event as CloudEvent; // the traffic says so
    const at = laneOf(valid.subject);
    const lane = lanes.get(at) ?? [];
    lane.push(valid);
    lanes.set(at, lane);
    if (lane.length < BATCH) continue;
    batches.push(toRecords(lane));
    lanes.set(at, []);
    if (batches.length === count) return batches;
  }
  return batches;
}

function laneOf(key: string): number {
  return createHash('md5').update(key).digest().readUInt32BE(0) % (SHARDS * BATCHES_PER_SHARD);
}

async function retailEvents(count: number): Promise<CloudEvent[]> {
  const [{ rows }, toEvent] = [await openRows(RETAIL_FILE), await loadMapping('online-retail')];
  const events: CloudEvent[] = [];
  for await (const row of rows) {
    events.push((await toEvent(row)) as CloudEvent); // the mapping is tested
    if (events.length === count) return events;
  }
  return events;
}

/** About twenty lines to an invoice, two invoices to a customer, as in the file. */
function madeRetailEvents(count: number): CloudEvent[] {
  const random = seededRandom(7);
  const startMs = Date.parse('2010-12-01T08:00:00Z');
  return Array.from({ length: count }, (_, i) => {
    const time = new Date(startMs + i * 60_000).toISOString();
    return {
      specversion: '1.0',
      id: newUlid(startMs + i * 60_000, random),
      source: 'urn:online-retail',
      type: 'behaviour.purchase.completed.v1',
      subject: `customer-${12_000 + Math.floor(i / 42)}`,
      time,
      datacontenttype: 'application/json',
      data: {
        invoice: String(536_000 + Math.floor(i / 21)),
        product: String(between(random, 20_000, 90_000)),
        quantity: between(random, 1, 48),
        unitPrice: between(random, 21, 1295) / 100,
        currency: 'GBP',
        country: 'United Kingdom',
      },
    };
  });
}

let sequence = FIRST_SEQUENCE;

/** As the collector leaves them and Lambda delivers them: as JSON, which its runtime parses. */
function toRecords(events: readonly CloudEvent[]): Batch {
  const nowMs = Date.now();
  const records = events.map(event => {
    sequence += 1000n;
    const sequenceNumber = String(sequence);
    const ingestedtime = new Date(nowMs).toISOString();
    const acceptance = newUlid(nowMs, Math.random).slice(-10).toLowerCase();
    const text = JSON.stringify({ ...event, partitionkey: event.subject, ingestedtime, acceptance });
    return {
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `shardId-000000000000:${sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      awsRegion: 'eu-west-1',
      invokeIdentityArn: 'arn:aws:iam::000000000000:role/bench',
      eventSourceARN: 'arn:aws:kinesis:eu-west-1:000000000000:stream/bench',
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: event.subject,
        sequenceNumber,
        approximateArrivalTimestamp: nowMs / 1000,
        data: Buffer.from(text).toString('base64'),
      },
    };
  });
  return JSON.parse(JSON.stringify(records)) as typeof records;
}
