/**
 * Embedded metric format: a log line that is JSON and holds `_aws.CloudWatchMetrics` is also metrics. Lambda's JSON log
 * format may have wrapped the line: then it stands in `message`, as an object or as text. Its text format puts time, request
 * id and level in front, parted by tabs.
 */
import type { TimedDatum } from '../monitoring/metrics/metric-store.ts';

const MARK = '"_aws"';
/** The mark, inside JSON text that stands inside JSON. */
const ESCAPED_MARK = '\\"_aws\\"';
/** Limits of the format's specification. */
const MOST_METRICS = 100;
const MOST_VALUES = 100;
const MOST_DIMENSIONS = 30;

interface Directive {
  readonly namespace: string;
  readonly dimensionSets: readonly (readonly string[])[];
  readonly metrics: readonly unknown[];
}

/** The metrics in a log line, none if it is not in the format. Never throws: a line that breaks the rules is only a line. */
export function embeddedMetrics(line: string): TimedDatum[] {
  if (!line.includes(MARK) && !line.includes(ESCAPED_MARK)) return [];
  const root = findRoot(parseObject(line) ?? parseObject(line.slice(line.lastIndexOf('\t{') + 1)));
  const metadata = asObject(root?._aws);
  if (!root || !metadata || !Array.isArray(metadata.CloudWatchMetrics)) return [];
  const atMs = typeof metadata.Timestamp === 'number' ? metadata.Timestamp : undefined;
  return metadata.CloudWatchMetrics.flatMap(item => {
    const directive = readDirective(item);
    return directive ? dataOf(directive, root, atMs) : [];
  });
}

function findRoot(parsed: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (!parsed || '_aws' in parsed) return parsed;
  const { message } = parsed;
  const inner = typeof message === 'string' ? parseObject(message) : asObject(message);
  return inner && '_aws' in inner ? inner : undefined;
}

function readDirective(value: unknown): Directive | undefined {
  const directive = asObject(value);
  if (!directive || typeof directive.Namespace !== 'string' || !Array.isArray(directive.Metrics)) return undefined;
  const { Dimensions: dimensions = [[]] } = directive;
  if (!Array.isArray(dimensions)) return undefined;
  const dimensionSets: string[][] = [];
  for (const set of dimensions) {
    if (!Array.isArray(set) || set.length > MOST_DIMENSIONS || !set.every(name => typeof name === 'string'))
      return undefined;
    dimensionSets.push(set);
  }
  return {
    namespace: directive.Namespace,
    dimensionSets: dimensionSets.length > 0 ? dimensionSets : [[]],
    metrics: directive.Metrics.slice(0, MOST_METRICS),
  };
}

function dataOf(directive: Directive, root: Record<string, unknown>, atMs: number | undefined): TimedDatum[] {
  const sets = directive.dimensionSets.map(names => dimensionsOf(names, root)).filter(set => set !== undefined);
  const data: TimedDatum[] = [];
  for (const item of directive.metrics) {
    const metric = asObject(item);
    if (typeof metric?.Name !== 'string') continue;
    const base = {
      namespace: directive.namespace,
      name: metric.Name,
      unit: typeof metric.Unit === 'string' ? metric.Unit : 'None',
      storageResolution: metric.StorageResolution === 1 ? 1 : 60,
      ...(atMs === undefined ? {} : { atMs }),
    };
    const values = [root[metric.Name]].flat().slice(0, MOST_VALUES);
    for (const value of values) {
      if (typeof value === 'number') data.push(...sets.map(dimensions => ({ ...base, dimensions, value })));
    }
  }
  return data;
}

/** A set that names a member that is not text is left out as a whole. */
function dimensionsOf(names: readonly string[], root: Record<string, unknown>): Record<string, string> | undefined {
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    const value = root[name];
    if (typeof value !== 'string') return undefined;
    dimensions[name] = value;
  }
  return dimensions;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const start = text.indexOf('{');
  if (start < 0 || text.slice(0, start).trim() !== '') return undefined;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
