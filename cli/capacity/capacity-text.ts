/** What `millrace capacity` prints for a person. */
import { SHARD_WRITE } from '../../core/capacity/aws-limits.ts';
import type { Configuration } from '../../core/capacity/configuration.ts';
import type { Objective } from '../../core/capacity/objective.ts';
import type { CurvePoint } from '../../core/capacity/prediction-curve.ts';
import type { CapacityReport, PricedPrediction, SearchSummary } from './capacity-report.ts';
import type { ComparedFigure } from './validation.ts';

type Cell = (of: PricedPrediction) => string;

const LABEL_WIDTH = 26;

/** Row by row: what is chosen, what comes of it, what it costs. */
const ROWS: readonly (readonly [label: string, cell: Cell])[] = [
  ['stream', ({ configuration: { stream } }) => streamText(stream)],
  [
    'batch size, window',
    ({ configuration: { mapping } }) => `${whole(mapping.batchSize)}, ${mapping.windowMs / 1000} s`,
  ],
  ['parallelization', ({ configuration: { mapping } }) => String(mapping.parallelization)],
  ['memory', ({ configuration }) => `${configuration.function.memoryMb} MB`],
  ['table', ({ configuration: { table } }) => tableText(table)],
  ['', () => ''],
  ['records throttled', ({ prediction }) => whole(prediction.records.throttled)],
  ['backlog at the end', ({ prediction }) => whole(prediction.records.backlog)],
  ['iterator age p50', ({ prediction }) => duration(prediction.iteratorAgeMs.p50)],
  ['iterator age p99', ({ prediction }) => duration(prediction.iteratorAgeMs.p99)],
  ['iterator age max', ({ prediction }) => duration(prediction.iteratorAgeMs.max)],
  ['arrival to done p50', ({ prediction }) => duration(prediction.delayMs.p50)],
  ['arrival to done p99', ({ prediction }) => duration(prediction.delayMs.p99)],
  [
    'invocations',
    ({ prediction: { invocations } }) => `${whole(invocations.count)} of ${round(invocations.recordsEach)}`,
  ],
  ['invocations throttled', ({ prediction }) => whole(prediction.invocations.throttled)],
  ['cold starts', ({ prediction }) => whole(prediction.invocations.coldStarts)],
  ['concurrency, mean', ({ prediction: { concurrency } }) => `${concurrency.highest}, ${round(concurrency.mean)}`],
  ['reads throttled', ({ prediction }) => whole(prediction.reads.throttled)],
  ['table writes throttled', ({ prediction }) => (prediction.table ? whole(prediction.table.throttled) : '-')],
  ['table peak units/s', ({ prediction }) => (prediction.table ? whole(prediction.table.peakUnits) : '-')],
  ['', () => ''],
  ['dollars per hour', ({ cost }) => cost.usdPerHour.toFixed(4)],
  ['dollars per month', ({ cost }) => cost.usdPerMonth.toFixed(2)],
  ['dollars per million', ({ cost }) => cost.usdPerMillion.toFixed(3)],
];

export function capacityText(report: CapacityReport): string {
  const { trace, keys, configured, search, objective, validation } = report;
  const found = search?.best ?? search?.nearest;
  const columns = [configured, ...(found ? [found] : [])];
  const heads = ['as configured', ...(found ? [search?.best ? 'cheapest that keeps it' : 'nearest found'] : [])];
  const hot = keys.heavy[0] === undefined ? '' : `, the hottest with ${(keys.heavy[0] * 100).toFixed(1)} %`;
  return [
    `Trace: ${whole(trace.records)} records of ${whole(trace.recordBytes)} bytes in ${duration(trace.seconds * 1000)}, ` +
      `${whole(trace.perSecond)}/s on the average, ${whole(trace.peakPerSecond)}/s at the peak; ` +
      `${whole(keys.keys + keys.heavy.length)} keys${hot}; seen in steps of ${duration(trace.resolutionMs)}`,
    `Consumer: ${report.consumer}; ${timesText(configured.configuration)}; prices of ${report.region}, ${report.pricesChecked}`,
    ...(objective ? [`Wanted: ${objectiveText(objective)}`] : []),
    '',
    ...table(heads, columns),
    '',
    ...curveText(configured.prediction.curve),
    ...hotKeyText(report),
    ...warnings(configured),
    ...(objective ? ['', ...verdict(configured, search)] : []),
    ...(validation ? ['', ...validationText(validation)] : []),
  ].join('\n');
}

function table(heads: readonly string[], columns: readonly PricedPrediction[]): string[] {
  const cells = ROWS.map(([label, cell]) => [label, ...columns.map(cell)]);
  const widths = heads.map((head, index) => Math.max(head.length, ...cells.map(row => row[index + 1]?.length ?? 0)));
  const lineOf = ([label = '', ...values]: readonly string[]) =>
    [label.padEnd(LABEL_WIDTH), ...values.map((value, index) => value.padStart(widths[index] ?? 0))]
      .join('  ')
      .trimEnd();
  return [lineOf(['', ...heads]), ...cells.map(lineOf)];
}

function verdict({ misses }: PricedPrediction, search: SearchSummary | undefined): string[] {
  const own = misses.length === 0 ? 'keeps what is wanted' : `misses: ${misses.join('; ')}`;
  return [`As configured it ${own}.`, ...(search ? searchText(search) : [])];
}

function searchText({ best, nearest, considered, simulated, tooFewShards, tooSlow, gap }: SearchSummary): string[] {
  const counts =
    `${whole(considered)} configurations considered: ${whole(tooFewShards)} refuse too many records, ${whole(tooSlow)} are ` +
    `too slow by their arithmetic, ${whole(simulated)} were simulated.`;
  if (!best) {
    const reason = nearest
      ? `the nearest misses: ${nearest.misses.join('; ')}`
      : 'every stream refuses too many records';
    return [`None that was tried keeps it; ${reason}.`, counts];
  }
  const rest =
    gap === 0
      ? 'By the model none of the others is cheaper.'
      : `What was not tried could be ${(gap * 100).toFixed(1)} % cheaper at the most (--most-simulations).`;
  return [`${counts} ${rest}`, ...burstText(best), 'The cheapest, by the hour:', ...best.cost.lines.map(costText)];
}

function burstText({ configuration: { table }, prediction }: PricedPrediction): string[] {
  const peak = prediction.table?.peakUnits ?? 0;
  if (table?.mode !== 'provisioned' || peak <= table.writeUnits) return [];
  return [
    `Its table takes the peak of ${whole(peak)} units/s on burst capacity, which AWS lends and does not promise.`,
  ];
}

function costText({ price, quantity, usdPerHour }: PricedPrediction['cost']['lines'][number]): string {
  return `  ${price.padEnd(LABEL_WIDTH)}  ${whole(quantity).padStart(16)}  ${usdPerHour.toFixed(4).padStart(10)} USD`;
}

function hotKeyText({ keys, trace }: CapacityReport): string[] {
  const perSecond = (keys.heavy[0] ?? 0) * trace.peakPerSecond;
  if (perSecond <= SHARD_WRITE.records) return [];
  return [
    `The hottest key alone brings ${whole(perSecond)} records/s at the peak: it has one shard, and that takes ${whole(SHARD_WRITE.records)}.`,
  ];
}

function warnings({ prediction: { invocations, records } }: PricedPrediction): string[] {
  const late = invocations.overTimeout;
  return [
    ...(late > 0
      ? [`${whole(late)} batches take longer than the function's timeout: they would fail, and come again.`]
      : []),
    ...(records.backlog > 0 ? [`${whole(records.backlog)} records are not done a minute after the last arrival.`] : []),
  ];
}

const LEVELS = ' ▁▂▃▄▅▆▇█';

/** Arrivals and iterator age over time, each drawn up to its own greatest value. */
function curveText(curve: readonly CurvePoint[]): string[] {
  const draw = (label: string, values: readonly number[], most: string) => {
    const highest = Math.max(...values, 1e-9);
    const line = values.map(value => LEVELS[Math.ceil((value / highest) * (LEVELS.length - 1))]).join('');
    return `${label.padEnd(LABEL_WIDTH)}  ${line}  up to ${most}`;
  };
  const stepMs = curve.length > 1 ? (curve[1]?.fromMs ?? 0) : 1000;
  const mostArrived = Math.max(...curve.map(({ arrived }) => arrived));
  const mostAge = Math.max(...curve.map(({ iteratorAgeMs }) => iteratorAgeMs));
  const refused = curve.map(({ throttled }) => throttled);
  return [
    draw(
      'arrivals',
      curve.map(({ arrived }) => arrived),
      `${whole((mostArrived * 1000) / stepMs)}/s`,
    ),
    ...(refused.some(each => each > 0)
      ? [draw('throttled', refused, `${whole((Math.max(...refused) * 1000) / stepMs)}/s`)]
      : []),
    draw(
      'iterator age',
      curve.map(({ iteratorAgeMs }) => iteratorAgeMs),
      duration(mostAge),
    ),
    `${''.padEnd(LABEL_WIDTH)}  each step ${duration(stepMs)}, ${duration(stepMs * curve.length)} in all`,
  ];
}

function validationText(figures: readonly ComparedFigure[]): string[] {
  const head = ['the same trace, measured', 'predicted', 'embedded', 'error'] as const;
  const rows = figures.map(({ name, predicted, measured, error }) => [
    name,
    whole(predicted),
    whole(measured),
    `${(error * 100).toFixed(1)} %`,
  ]);
  return [head, ...rows].map(([name = '', ...cells]) =>
    [name.padEnd(LABEL_WIDTH), ...cells.map(cell => cell.padStart(12))].join('  '),
  );
}

function objectiveText({ iteratorAge, delay, throttles }: Objective): string {
  return [
    ...(iteratorAge ? [`iterator age ${iteratorAge.statistic} at most ${duration(iteratorAge.atMostMs)}`] : []),
    ...(delay ? [`arrival to done ${delay.statistic} at most ${duration(delay.atMostMs)}`] : []),
    ...(throttles === undefined ? [] : [`at most ${whole(throttles)} throttled`]),
  ].join(', ');
}

function streamText({ mode, shards }: Configuration['stream']): string {
  const count = shards === 1 ? '1 shard' : `${shards} shards`;
  return mode === 'on-demand' ? `on demand (as ${count})` : count;
}

function tableText(of: Configuration['table']): string {
  if (!of) return 'none';
  return of.mode === 'on-demand' ? 'on demand' : `${whole(of.writeUnits)} units/s`;
}

function timesText({ function: of }: Configuration): string {
  const { perBatchMs, perEventMs, perKeyMs, coldStartMs } = of;
  return `${round(perBatchMs)} ms per batch, ${round(perEventMs)} per event, ${round(perKeyMs)} per key, ${round(coldStartMs)} cold`;
}

function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${round(ms / 1000)} s`;
  return ms < 7_200_000 ? `${round(ms / 60_000)} min` : `${round(ms / 3_600_000)} h`;
}

function round(value: number): string {
  return value >= 100 ? whole(value) : String(Number(value.toPrecision(3)));
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
