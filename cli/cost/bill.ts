/**
 * What usage costs: a line for everything that AWS bills by use. What is paid for by the hour or the month is in
 * `standing-costs.ts`.
 *
 * 1. Every quantity that was counted is in a line, or is one that AWS does not bill. No hop is left out.
 * 2. A resource on provisioned capacity costs nothing by use.
 */
import type { UsageTotal } from '../../local/index.ts';
import type { Deployment } from './deployment.ts';
import { billedMs, type Durations } from './lambda-duration.ts';
import { type PriceList, type PriceName, priceOf } from './price-list.ts';

export interface BillLine {
  /** A step of the way: a function with its logs and traces, or a resource. */
  readonly hop: string;
  readonly resource: string;
  readonly price: PriceName;
  readonly quantity: number;
  readonly usd: number;
}

/** What prices and template say. */
export interface Tariff {
  readonly prices: PriceList;
  readonly deployment: Deployment;
  readonly durations: Durations;
}

export interface UsagePeriod {
  readonly usage: readonly UsageTotal[];
  /** How long it took, for what is sampled by time. */
  readonly seconds: number;
}

/** Lambda's own sampling, which cannot be changed: the first of a second, and a share of the others. */
const SAMPLED_SHARE = 0.05;
const DAYS_PER_MONTH = 30;
const OPERATOR = 'operator';
/** What the mapping calls before and after an invocation; the function does not wait for it. */
const POLLED = new Set(['GetRecords', 'ReceiveMessage', 'DeleteMessageBatch', 'GetShardIterator', 'DescribeStream']);

/** The lines of the bill, by hop and resource in the order of the names. */
export function billUsage(tariff: Tariff, { usage, seconds }: UsagePeriod): BillLine[] {
  const billed = usage.filter(({ caller }) => caller !== OPERATOR);
  const lines = [
    ...billed.flatMap(total => linesOf(tariff, total)),
    ...functionLines(tariff, { usage: billed, seconds }),
    ...workflowLines(tariff, { usage: billed, seconds }),
  ];
  return merge(lines).sort((a, b) => (a.hop === b.hop ? compare(a.resource, b.resource) : compare(a.hop, b.hop)));
}

/** API calls by hop, as the embedded cloud counts them: those of the mappings too, which AWS does not bill. */
export function callsByHop({ deployment }: Tariff, usage: readonly UsageTotal[]): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  for (const { service, resource, unit, caller, quantity } of usage) {
    if (unit !== 'calls' || caller === OPERATOR) continue;
    const [name = ''] = resource.split(' ');
    const hop = hopOf(deployment, service === 'dynamodbstreams' ? 'dynamodb streams' : service, name);
    calls.set(hop, (calls.get(hop) ?? 0) + quantity);
  }
  return calls;
}

function linesOf({ prices, deployment }: Tariff, total: UsageTotal): BillLine[] {
  const { service, resource, quantity } = total;
  const hop = hopOf(deployment, service, resource);
  return pricesOf(deployment, total).map(({ price, times = 1 }) => ({
    hop,
    resource: short(deployment, resource),
    price,
    quantity: quantity * times,
    usd: priceOf(prices, price, quantity * times),
  }));
}

interface Priced {
  readonly price: PriceName;
  /** Of the quantity. @default 1 */
  readonly times?: number;
}

/** What of the price list a quantity falls under, if anything. */
function pricesOf(deployment: Deployment, { service, resource, unit }: UsageTotal): Priced[] {
  const table = deployment.tables.get(resource.split('/')[0] ?? '');
  switch (`${service} ${unit}`) {
    case 'execute-api requests':
      return [{ price: 'execute-api.request' }];
    case 'execute-api sent-bytes':
      return [{ price: 'internet.sent-byte' }];
    case 'kinesis ingested-bytes':
      return isSharded(deployment, resource) ? [] : [{ price: 'kinesis.ingested-byte' }];
    case 'kinesis retrieved-bytes':
      return isSharded(deployment, resource) ? [] : [{ price: 'kinesis.retrieved-byte' }];
    case 'kinesis payload-units':
      return isSharded(deployment, resource) ? [{ price: 'kinesis.payload-unit' }] : [];
    case 'dynamodb write-units':
      return table?.provisioned ? [] : [{ price: 'dynamodb.write-unit' }];
    case 'dynamodb read-units':
      return table?.provisioned ? [] : [{ price: 'dynamodb.read-unit' }];
    case 'dynamodb stored-bytes':
      return [
        { price: 'dynamodb.stored-byte-month' },
        ...(table?.restorable ? [{ price: 'dynamodb.backup-byte-month' } as const] : []),
      ];
    case 'events events':
      return [{ price: 'events.event' }];
    case 'events event-bytes':
      return deployment.archiveDays === undefined
        ? []
        : [
            { price: 'events.archived-byte' },
            { price: 'events.archive-byte-month', times: deployment.archiveDays / DAYS_PER_MONTH },
          ];
    case 'sqs requests':
      return [{ price: resource.endsWith('.fifo') ? 'sqs.fifo-request' : 'sqs.request' }];
    case 'sns requests':
      return [{ price: 'sns.request' }];
    case 's3 put-requests':
      return [{ price: 's3.put-request' }];
    case 's3 get-requests':
      return [{ price: 's3.get-request' }];
    case 's3 stored-bytes':
      return [{ price: 's3.stored-byte-month' }];
    case 'logs ingested-bytes':
      return [
        { price: 'logs.ingested-byte' },
        { price: 'logs.stored-byte-month', times: (deployment.logGroups.get(resource) ?? 365) / DAYS_PER_MONTH },
      ];
    default:
      return [];
  }
}

/** Requests, GB-seconds and traces of functions. */
function functionLines(tariff: Tariff, { usage, seconds }: UsagePeriod): BillLine[] {
  const { prices, deployment } = tariff;
  return [...deployment.functions].flatMap(([name, { memoryMb, architecture, traced }]) => {
    const invocations = sumOf(usage, { service: 'lambda', resource: name, unit: 'invocations' });
    if (invocations === 0) return [];
    const hop = hopOf(deployment, 'lambda', name);
    const line = (price: PriceName, quantity: number) => ({
      hop,
      resource: short(deployment, name),
      price,
      quantity,
      usd: priceOf(prices, price, quantity),
    });
    const gbSeconds = (invocations * averageBilledMs(tariff, usage, name) * memoryMb) / 1024 / 1000;
    return [
      line('lambda.request', invocations),
      line(`lambda.gb-second-${architecture}`, gbSeconds),
      ...(traced ? [line('xray.trace', tracesOf(invocations, seconds))] : []),
    ];
  });
}

/** Of one function, with what the usage says of its payloads and calls. */
export function averageBilledMs(tariff: Tariff, usage: readonly UsageTotal[], name: string): number {
  const { deployment, durations } = tariff;
  const invocations = Math.max(1, sumOf(usage, { service: 'lambda', resource: name, unit: 'invocations' }));
  const payloadBytes = sumOf(usage, { service: 'lambda', resource: name, unit: 'payload-bytes' }) / invocations;
  const calls = new Map<string, number>();
  for (const { service, resource, unit, caller, quantity } of usage) {
    if (unit !== 'calls' || deployment.actors.get(caller) !== name) continue;
    if (POLLED.has(resource.split(' ').at(-1) ?? '')) continue;
    calls.set(service, (calls.get(service) ?? 0) + quantity / invocations);
  }
  const memoryMb = deployment.functions.get(name)?.memoryMb ?? 128;
  return Math.ceil(billedMs(durations, short(deployment, name), { memoryMb, payloadBytes, calls }));
}

/** Assumes a second for the working time of an Express execution besides its functions'. */
const EXPRESS_SECONDS = 1;
const EXPRESS_GB = 64 / 1024;

function workflowLines({ prices, deployment }: Tariff, { usage, seconds }: UsagePeriod): BillLine[] {
  const transitions = sumOf(usage, { service: 'states', resource: '', unit: 'transitions' });
  const hop = 'Step Functions';
  return [...deployment.workflows].flatMap(([name, type]) => {
    const executions = sumOf(usage, { service: 'states', resource: name, unit: 'executions' });
    if (executions === 0) return [];
    const line = (price: PriceName, quantity: number) => ({
      hop,
      resource: short(deployment, name),
      price,
      quantity,
      usd: priceOf(prices, price, quantity),
    });
    const traces = line('xray.trace', tracesOf(executions, seconds));
    if (type === 'STANDARD') return [line('states.transition', transitions), traces];
    const gbSeconds = executions * EXPRESS_SECONDS * EXPRESS_GB;
    return [line('states.express-request', executions), line('states.express-gb-second', gbSeconds), traces];
  });
}

function tracesOf(invocations: number, seconds: number): number {
  const first = Math.min(invocations, seconds);
  return first + (invocations - first) * SAMPLED_SHARE;
}

function isSharded(deployment: Deployment, stream: string): boolean {
  return deployment.streams.get(stream)?.shards !== undefined;
}

const HOPS: Readonly<Record<string, string>> = {
  'execute-api': 'HTTP API',
  kinesis: 'Kinesis',
  events: 'EventBridge',
  sqs: 'SQS',
  sns: 'SNS',
  s3: 'S3',
  states: 'Step Functions',
  'dynamodb streams': 'DynamoDB streams',
};

/** Where on the way something is paid for: a function with its logs, a table, or a service. */
export function hopOf(deployment: Deployment, service: string, resource: string): string {
  const name = short(deployment, resource.split('/index/')[0] ?? '');
  if (service === 'lambda') return name;
  if (service === 'dynamodb') return `table ${name}`;
  if (service === 'logs') return logHop(resource, deployment);
  return HOPS[service] ?? service;
}

function logHop(logGroup: string, deployment: Deployment): string {
  if (logGroup.includes('/apigateway/')) return 'HTTP API';
  if (logGroup.includes('/states/')) return 'Step Functions';
  return short(deployment, logGroup.slice(logGroup.lastIndexOf('/') + 1));
}

/** Without platform and stage. */
export function short({ prefix }: Deployment, name: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

type Wanted = Pick<UsageTotal, 'service' | 'resource' | 'unit'>;

/** Over all callers. */
export function sumOf(usage: readonly UsageTotal[], { service, resource, unit }: Wanted): number {
  return usage.reduce(
    (sum, total) =>
      total.service === service && total.unit === unit && total.resource === resource ? sum + total.quantity : sum,
    0,
  );
}

function merge(lines: readonly BillLine[]): BillLine[] {
  const merged = new Map<string, BillLine>();
  for (const line of lines) {
    const key = `${line.hop}\n${line.resource}\n${line.price}`;
    const known = merged.get(key);
    const sum = known && { ...known, quantity: known.quantity + line.quantity, usd: known.usd + line.usd };
    merged.set(key, sum ?? line);
  }
  return [...merged.values()].filter(({ quantity }) => quantity > 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
