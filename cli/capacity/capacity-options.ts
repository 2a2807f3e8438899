/** The options of `millrace capacity`, read and checked. */
import { ACCOUNT_CONCURRENCY, ON_DEMAND_WRITE_UNITS } from '../../core/capacity/aws-limits.ts';
import type { Configuration, TableConfiguration } from '../../core/capacity/configuration.ts';
import { evenKeys, type KeySpread, skewedKeys } from '../../core/capacity/key-spread.ts';
import type { Objective } from '../../core/capacity/objective.ts';
import { onDemandShards } from '../../core/capacity/search-space.ts';
import { durationOption, numberOption, type OptionValues, textOption, UsageError } from '../command.ts';
import type { Durations } from '../cost/lambda-duration.ts';
import type { DeployedConsumer } from './deployed-consumer.ts';
import { functionAt, type GivenTimes, type TimedConsumer } from './service-times.ts';

/** Every option is text; flags are declared beside them. */
export const CAPACITY_OPTIONS = [
  'trace',
  'processor',
  'assembly',
  'region',
  'shards',
  'batch-size',
  'batch-window',
  'parallelization',
  'readers',
  'memory',
  'concurrency',
  'table',
  'write-units',
  'writes-per',
  'previous-peak',
  'service-time-per-batch-ms',
  'service-time-per-event-ms',
  'service-time-per-key-ms',
  'cold-start-ms',
  'keys',
  'hot-key-share',
  'key-skew',
  'slo-iterator-age',
  'slo-delay',
  'slo-statistic',
  'slo-throttles',
  'most-simulations',
] as const;

type OptionName = (typeof CAPACITY_OPTIONS)[number];

/** @throws UsageError naming option, rule and value */
export function readKeys(options: OptionValues): KeySpread {
  const keys = whole(options, 'keys', { fallback: 10_000, min: 1, max: 10_000_000 });
  const skew = numberOption(options, 'key-skew', { fallback: 0, min: 0, max: 5 });
  const hotShare = numberOption(options, 'hot-key-share', { fallback: 0, min: 0, max: 1 });
  if (skew > 0 && hotShare > 0) {
    throw new UsageError('Cannot use --key-skew with --hot-key-share: a skew says how hot the hottest key is');
  }
  return skew > 0 ? skewedKeys(keys, skew) : evenKeys(keys, hotShare);
}

/** @returns undefined when nothing is asked for @throws UsageError naming option, rule and value */
export function readObjective(options: OptionValues): Objective | undefined {
  const ageMs = durationOption(options, 'slo-iterator-age');
  const delayMs = durationOption(options, 'slo-delay');
  const given = choice(options, 'slo-statistic', ['p50', 'p99', 'max']);
  const throttles = textOption(options, 'slo-throttles');
  if (given && ageMs === undefined && delayMs === undefined) {
    throw new UsageError(
      'Cannot use --slo-statistic: it says of which --slo-iterator-age or --slo-delay, and neither is given',
    );
  }
  if (ageMs === undefined && delayMs === undefined && throttles === undefined) return undefined;
  const statistic = given ?? 'max';
  return {
    ...(ageMs !== undefined && { iteratorAge: { statistic, atMostMs: ageMs } }),
    ...(delayMs !== undefined && { delay: { statistic, atMostMs: delayMs } }),
    ...(throttles !== undefined && { throttles: whole(options, 'slo-throttles', { fallback: 0, min: 0, max: 1e9 }) }),
  };
}

export interface ChosenConfiguration {
  readonly configuration: Configuration;
  readonly timed: TimedConsumer;
  readonly onDemandShards: number;
  readonly onDemandUnits: number;
}

export interface ChoiceInput {
  readonly consumer: DeployedConsumer;
  readonly durations: Durations;
  readonly recordBytes: number;
}

/** What is deployed, but for what the options say. @throws UsageError naming option, rule and value */
export function readConfiguration(options: OptionValues, input: ChoiceInput): ChosenConfiguration {
  const { consumer, durations, recordBytes } = input;
  const memoryMb = whole(options, 'memory', { fallback: consumer.memoryMb, min: 128, max: 10_240 });
  const concurrency = whole(options, 'concurrency', {
    fallback: consumer.reservedConcurrency ?? ACCOUNT_CONCURRENCY,
    min: 1,
    max: 100_000,
  });
  const previousPeak = numberOption(options, 'previous-peak', { fallback: 0, min: 0, max: 1e7 });
  const unitsPerWrite = whole(options, 'write-units', { fallback: 1, min: 1, max: 400 });
  const onDemandUnits = Math.max(ON_DEMAND_WRITE_UNITS, Math.ceil(2 * previousPeak * unitsPerWrite));
  const streamShards = onDemandShards(previousPeak);
  const timed = {
    consumer: { ...consumer, memoryMb },
    concurrency,
    durations,
    recordBytes,
    given: givenTimes(options),
  };
  const table = readTable(options, consumer, { onDemandUnits, unitsPerWrite });
  const configuration = {
    stream: readStream(options, consumer, streamShards),
    mapping: {
      batchSize: whole(options, 'batch-size', { fallback: consumer.batchSize, min: 1, max: 10_000 }),
      windowMs: readWindow(options) ?? consumer.windowMs,
      parallelization: whole(options, 'parallelization', { fallback: consumer.parallelization, min: 1, max: 10 }),
      readers: whole(options, 'readers', { fallback: consumer.readers, min: 1, max: 20 }),
      fanOut: consumer.fanOut,
    },
    function: functionAt(timed, memoryMb),
    ...(table && { table }),
  };
  return { configuration, timed, onDemandShards: streamShards, onDemandUnits };
}

function readStream(options: OptionValues, consumer: DeployedConsumer, onDemand: number): Configuration['stream'] {
  const text = textOption(options, 'shards');
  const isOnDemand = text === 'on-demand' || (text === undefined && consumer.shards === undefined);
  if (isOnDemand) return { mode: 'on-demand', shards: onDemand };
  const shards = Number(text ?? consumer.shards);
  if (Number.isInteger(shards) && shards >= 1 && shards <= 10_000) return { mode: 'provisioned', shards };
  throw new UsageError(`Cannot use --shards: on-demand, or a whole number from 1 to 10000, received '${text}'`);
}

function readTable(
  options: OptionValues,
  consumer: DeployedConsumer,
  { onDemandUnits, unitsPerWrite }: { readonly onDemandUnits: number; readonly unitsPerWrite: number },
): TableConfiguration | undefined {
  const text = textOption(options, 'table');
  if (text === 'none' || (text === undefined && !consumer.table)) return undefined;
  const writesPer = choice(options, 'writes-per', ['key', 'event']) ?? 'key';
  const deployed = consumer.table?.writeUnits;
  if (text === 'on-demand' || (text === undefined && deployed === undefined)) {
    return { mode: 'on-demand', writeUnits: onDemandUnits, unitsPerWrite, writesPer };
  }
  const writeUnits = Number(text ?? deployed);
  if (Number.isInteger(writeUnits) && writeUnits >= 1 && writeUnits <= 1_000_000) {
    return { mode: 'provisioned', writeUnits, unitsPerWrite, writesPer };
  }
  throw new UsageError(
    `Cannot use --table: none, on-demand, or write units per second from 1 to 1000000, received '${text}'`,
  );
}

function givenTimes(options: OptionValues): GivenTimes {
  const given = (name: OptionName): number | undefined =>
    textOption(options, name) === undefined
      ? undefined
      : numberOption(options, name, { fallback: 0, min: 0, max: 900_000 });
  const perBatchMs = given('service-time-per-batch-ms');
  const perEventMs = given('service-time-per-event-ms');
  const perKeyMs = given('service-time-per-key-ms');
  const coldStartMs = given('cold-start-ms');
  return {
    ...(perBatchMs !== undefined && { perBatchMs }),
    ...(perEventMs !== undefined && { perEventMs }),
    ...(perKeyMs !== undefined && { perKeyMs }),
    ...(coldStartMs !== undefined && { coldStartMs }),
  };
}

function readWindow(options: OptionValues): number | undefined {
  const text = textOption(options, 'batch-window');
  if (text === undefined) return undefined;
  const windowMs = /^0(ms|s|m)?$/.test(text) ? 0 : (durationOption(options, 'batch-window') ?? 0);
  if (windowMs % 1000 === 0 && windowMs <= 300_000) return windowMs;
  throw new UsageError(`Cannot use --batch-window: whole seconds up to 300s, received '${text}'`);
}

/** A whole number within bounds. @throws UsageError naming option, rule and value */
export function whole(
  options: OptionValues,
  name: OptionName,
  bounds: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const value = numberOption(options, name, bounds);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`Cannot use --${name}: a whole number, received '${textOption(options, name)}'`);
}

function choice<const Choice extends string>(
  options: OptionValues,
  name: OptionName,
  choices: readonly Choice[],
): Choice | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const chosen = choices.find(each => each === text);
  if (chosen !== undefined) return chosen;
  throw new UsageError(`Cannot use --${name}: ${choices.join(' or ')}, received '${text}'`);
}
