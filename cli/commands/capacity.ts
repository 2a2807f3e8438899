import { type SlicedTrace, sliceTrace } from '../../core/capacity/arrival-trace.ts';
import { findCheapest } from '../../core/capacity/cheapest.ts';
import type { Objective } from '../../core/capacity/objective.ts';
import { predict, type Workload } from '../../core/capacity/predict.ts';
import { ensureAssembly } from '../assembly.ts';
import {
  CAPACITY_OPTIONS,
  type ChosenConfiguration,
  readConfiguration,
  readKeys,
  readObjective,
  whole,
} from '../capacity/capacity-options.ts';
import {
  type CapacityReport,
  type Pricing,
  priced,
  summarizeSearch,
  summarizeTrace,
} from '../capacity/capacity-report.ts';
import { capacityText } from '../capacity/capacity-text.ts';
import { configurationCost, leastCost, totalPerHour } from '../capacity/configuration-cost.ts';
import { deployedConsumer } from '../capacity/deployed-consumer.ts';
import { runEmbedded } from '../capacity/embedded-run.ts';
import { readTrace } from '../capacity/read-trace.ts';
import { COLD_START_MS, functionAt } from '../capacity/service-times.ts';
import { compareFigures } from '../capacity/validation.ts';
import { type Command, type OptionValues, textOption, UsageError } from '../command.ts';
import { readDurations } from '../cost/lambda-duration.ts';
import { pricedRegions, readPrices } from '../cost/price-list.ts';
import { progressBar } from '../progress-bar.ts';

const HELP = `Usage: millrace capacity --trace FILE [options]

Predicts what a stream and its consumer make of a trace of arrivals: iterator age, throttles, concurrency, cold starts, cost.
With an objective (--slo-…) also the cheapest configuration that keeps it. Begins with what the synthesized template deploys;
docs/guides/capacity.md says what is modelled, with which figures of AWS, and what is not.

  --trace FILE                    CSV: time,count,size[,hot]; - is the standard input. time: seconds, or RFC 3339; count records
                                  of size bytes come in evenly until the time of the next row; hot: share of the hottest key.
                                  A header is optional, lines that begin with # are skipped

Objective:
  --slo-iterator-age D            the last record of a batch is at most so old when it is sent (Lambda's IteratorAge), e.g. 5s
  --slo-delay D                   from the first record's arrival until its batch is done, at most so long
  --slo-statistic S               of which these hold: p50, p99 or max               [default: max]
  --slo-throttles N               records and table writes refused, at most
  --most-simulations N            how many configurations are simulated at most      [default: 1000, of a long trace fewer]

Configuration:                                                                       [default: as the template says]
  --processor NAME                the consumer                                       [default: the template's first]
  --shards N                      shards, or on-demand
  --batch-size N, --batch-window D, --parallelization N
  --readers N                     mappings that share the stream's read throughput
  --memory MB, --concurrency N    of the function                                    [concurrency: reserved, or the account's 1000]
  --table N                       write units per second of its table, on-demand, or none
  --write-units N                 of one write                                       [default: 1]
  --writes-per W                  key: events of a key in a batch are one write; event: each is one [default: key]
  --previous-peak N               records per second that stream and table on demand have served before [default: they are new]

Work:                                                                                [default: cli/cost/lambda-durations.json, dated]
  --service-time-per-batch-ms N, --service-time-per-event-ms N, --service-time-per-key-ms N
  --cold-start-ms N                                                                  [default: ${COLD_START_MS}]
  --keys N                        distinct keys                                      [default: 10000]
  --hot-key-share S               share of the hottest key; the others are alike     [default: 0]
  --key-skew S                    or: the key of rank r has a share like r^-S        [default: 0]

  --validate                      send the same trace through the embedded cloud with its limits on, and print the error
  --region R                      whose prices: ${pricedRegions().join(', ')}                            [default: us-east-1]
  --assembly DIR                  a synthesized template                             [default: synthesized when needed]
  --json                          print one JSON object: {trace, keys, consumer, objective?, configured: {configuration,
                                  prediction, cost, misses}, search?: {best?, nearest?, considered, simulated, …}, validation?}
  -h, --help                      this text

Exit code: 0; 1 when there is an objective and nothing that was tried keeps it; 2 when the command cannot be carried out.`;

export const capacity: Command = {
  name: 'capacity',
  summary: 'predict iterator age, throttles and cost of a trace, and the cheapest configuration for an objective',
  help: HELP,
  options: {
    ...Object.fromEntries(CAPACITY_OPTIONS.map(name => [name, { type: 'string' } as const])),
    validate: { type: 'boolean' },
    json: { type: 'boolean' },
  },

  async run({ options, positionals }) {
    const report = await capacityReport(options, positionals);
    console.log(options.json === true ? JSON.stringify(report) : capacityText(report));
    return report.search && !report.search.best ? 1 : 0;
  },
};

/** @throws UsageError */
export async function capacityReport(
  options: OptionValues,
  positionals: readonly string[] = [],
): Promise<CapacityReport> {
  if (positionals.length > 0) {
    throw new UsageError(`Cannot predict: no argument is needed, received '${positionals[0]}'`);
  }
  const file = textOption(options, 'trace');
  if (file === undefined)
    throw new UsageError('Cannot predict: --trace must name a file of arrivals, or - for the standard input');
  const keys = readKeys(options);
  const objective = readObjective(options);
  const region = textOption(options, 'region') ?? 'us-east-1';
  const prices = readPrices(region);
  const arrivals = readTrace(file);
  const trace = sliceTrace(arrivals);
  const summary = summarizeTrace(arrivals, trace);
  const consumer = deployedConsumer(await assemblyFolder(options), textOption(options, 'processor'));
  const chosen = readConfiguration(options, { consumer, durations: readDurations(), recordBytes: summary.recordBytes });
  const pricing: Pricing = { tariffs: { prices, architecture: consumer.architecture }, objective };
  const workload: Workload = { trace, keys };
  const { configuration } = chosen;
  const prediction = predict(workload, configuration);
  const mostSimulations = whole(options, 'most-simulations', {
    fallback: usualSimulations(summary.seconds),
    min: 1,
    max: 1_000_000,
  });
  return {
    trace: summary,
    keys,
    consumer: consumer.name,
    region,
    pricesChecked: prices.checked,
    ...(objective && { objective }),
    configured: priced(pricing, { configuration, prediction }),
    ...(objective && { search: search(workload, { chosen, pricing, objective, mostSimulations }) }),
    ...(options.validate === true && { validation: await validate(workload, chosen, trace) }),
  };
}

/** So that a search takes a minute or two at the most: a day takes a second to simulate, a minute a few milliseconds. */
function usualSimulations(seconds: number): number {
  return Math.max(100, Math.min(1000, Math.round((1000 * 1200) / seconds)));
}

async function assemblyFolder(options: OptionValues): Promise<string> {
  const given = textOption(options, 'assembly');
  if (given !== undefined) return given;
  const { folder } = await ensureAssembly(line => console.error(line));
  return folder;
}

interface Searching {
  readonly chosen: ChosenConfiguration;
  readonly pricing: Pricing;
  readonly objective: Objective;
  readonly mostSimulations: number;
}

function search(workload: Workload, { chosen, pricing, objective, mostSimulations }: Searching) {
  const { tariffs } = pricing;
  const bar = progressBar(mostSimulations);
  const result = findCheapest({
    workload,
    base: chosen.configuration,
    objective,
    functionAt: memoryMb => functionAt(chosen.timed, memoryMb),
    onDemandShards: chosen.onDemandShards,
    onDemandUnits: chosen.onDemandUnits,
    priceOf: (configuration, prediction) => totalPerHour(configurationCost(tariffs, configuration, prediction)),
    leastPriceOf: (configuration, admission, work) =>
      totalPerHour(leastCost(tariffs, configuration, { admission, work })),
    mostSimulations,
    onProgress({ simulated, bestUsdPerHour }) {
      const best = bestUsdPerHour === undefined ? 'none keeps it yet' : `best ${bestUsdPerHour.toFixed(4)} USD/h`;
      bar.update(simulated, `${simulated} simulated, ${best}`);
    },
  });
  bar.end();
  return summarizeSearch(pricing, result);
}

async function validate(workload: Workload, { configuration }: ChosenConfiguration, trace: SlicedTrace) {
  if (configuration.mapping.fanOut) {
    throw new UsageError('Cannot validate: a consumer with enhanced fan-out is modelled, and not measured');
  }
  const bar = progressBar(1);
  const measured = await runEmbedded(workload, configuration, share =>
    bar.update(share, `${Math.round((share * trace.durationMs) / 1000)} s sent to the embedded cloud`),
  );
  bar.end();
  return compareFigures(predict(workload, configuration), measured);
}
