/**
 * CloudWatch metrics in the embedded metric format: lines of JSON on standard output, written past `console` so that
 * nothing is put in front of them.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import type { Ledger } from '../../core/index.ts';
import { optionalVariable } from './environment.ts';

/** Values by metric name; a list is a distribution in milliseconds, a number is a count. */
export type MetricValues = Readonly<Record<string, number | readonly number[]>>;

/** Who counts. */
export interface MetricSource {
  readonly hop: string;
  readonly stage?: string;
}

/** Writes the metrics of one batch, and in the same line what the ledger says of it: a property, no metric to be paid for. */
export type Metrics = (values: MetricValues, ledger?: Ledger) => void;

const NAMESPACE = 'Millrace';
/** EMF takes at most so many values of a metric in one line. */
const VALUES_PER_LINE = 100;

/** Metrics of one hop, with the dimensions `Stage` and `Hop`: stages that share an account stay apart. */
export function hopMetrics(hop: string, write: (line: string) => void = writeLine, now = Date.now): Metrics {
  return (values, ledger) => {
    const stage = optionalVariable('STAGE');
    const source = stage === undefined ? { hop } : { hop, stage };
    for (const line of emfLines(source, now(), values, ledger?.entries())) write(line);
  };
}

/**
 * One line for a batch; more only when a distribution is longer than a line may hold, the counts being in the first. A count of
 * nothing is left out, for every byte of a line is paid for: a sum, and an alarm, take silence for nothing.
 */
export function emfLines(
  source: MetricSource,
  timestampMs: number,
  values: MetricValues,
  ledger: readonly string[] = [],
): string[] {
  const told = withoutNothing(values);
  const longest = Math.max(0, ...Object.values(told).map(value => (typeof value === 'number' ? 1 : value.length)));
  const lines: string[] = [];
  for (let start = 0; start === 0 || start < longest; start += VALUES_PER_LINE) {
    const part = Object.entries(told).flatMap(([name, value]): [string, number | readonly number[]][] => {
      if (typeof value === 'number') return start === 0 ? [[name, value]] : [];
      const slice = value.slice(start, start + VALUES_PER_LINE);
      return slice.length > 0 ? [[name, slice]] : [];
    });
    lines.push(emfLine(source, timestampMs, { part, ledger: start === 0 ? ledger : [] }));
  }
  return lines;
}

/** The values that say something; the first one when none does, since a line has to have a metric. */
function withoutNothing(values: MetricValues): MetricValues {
  const entries = Object.entries(values);
  const telling = entries.filter(([, value]) => value !== 0);
  return Object.fromEntries(telling.length > 0 ? telling : entries.slice(0, 1));
}

function emfLine(
  { hop, stage }: MetricSource,
  timestampMs: number,
  { part, ledger }: { part: readonly [string, number | readonly number[]][]; ledger: readonly string[] },
): string {
  const metrics = part.map(([name, value]) => ({
    Name: name,
    Unit: typeof value === 'number' ? 'Count' : 'Milliseconds',
  }));
  return JSON.stringify({
    _aws: {
      Timestamp: timestampMs,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [stage === undefined ? ['Hop'] : ['Stage', 'Hop']],
          Metrics: metrics,
        },
      ],
    },
    Hop: hop,
    ...(stage === undefined ? {} : { Stage: stage }),
    ...Object.fromEntries(part),
    ...(ledger.length > 0 && { Ledger: ledger }),
  });
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
