import { parseArgs } from 'node:util';
import { numberOption, type OptionValues, textOption, UsageError } from '../../cli/command.ts';
import { type DayShape, readShape } from '../../cli/cost/month.ts';
import { pricedRegions } from '../../cli/cost/price-list.ts';
import type { Load } from './measure-usage.ts';

export const HELP = `Usage: npm run cost [-- options]

What a million events cost, and a thousand trip bookings: the synthesized template runs in the embedded cloud on a virtual
clock, streams are read as often as Lambda reads them, everything that AWS bills is counted, and priced by a dated file
(cli/cost/prices/<region>.json). docs/guides/cost.md says what is assumed.

Options:
  --region R              whose prices: ${pricedRegions().join(', ')}                     [default: us-east-1]
  --rate N                events per second                                  [default: 1000]
  --event-size B          bytes of an event as it is sent                    [default: 1024]
  --events-per-request N  how many a producer sends together, up to 500      [default: 20]
  --seconds-between N     between two events of one visitor                  [default: 10]
  --events-per-visit N    events of one visit                                [default: 20]
  --cart-share S          visits that fill a cart                            [default: 0.1]
  --purchase-share S      visits that buy                                    [default: 0.03]
  --stream MODE           on-demand, or a number of provisioned shards       [default: as the template says]
  --tables MODE           on-demand, or provisioned                          [default: as the template says]
  --utilization S         how far provisioned capacity is used               [default: 0.8]
  --batch-size N          records of a batch                                 [default: as the template says]
  --batch-window N        seconds for which a batch is gathered              [default: as the template says]
  --workflow TYPE         standard or express                                [default: as the template says]
  --shape S               of the day: flat, day-night, or a file of 24 numbers [default: day-night]
  --events-per-user N     events of a user in a month, for those who charge by user [default: 100]
  --seconds N             how long events are sent, on the virtual clock     [default: 5; 20 with --calibrate]
  --no-what-if            only the path as it is
  --calibrate             measure the functions' CPU time anew (cli/cost/lambda-durations.json)
  --json                  print one JSON object as the last line
  -h, --help              this text`;

export interface CostOptions {
  readonly region: string;
  readonly load: Load;
  /** @default as the template says */
  readonly stream?: 'on-demand' | number;
  readonly tables?: 'on-demand' | 'provisioned';
  readonly utilization: number;
  readonly batchSize?: number;
  readonly batchWindowSeconds?: number;
  readonly workflow?: 'STANDARD' | 'EXPRESS';
  readonly shape: DayShape;
  readonly eventsPerUser: number;
  readonly whatIf: boolean;
  readonly calibrate: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** Functions that run for days run compiled code: it takes a while until it is, and the first half is not looked at. */
const CALIBRATION_SECONDS = 20;

const TEXT = [
  'region',
  'rate',
  'event-size',
  'events-per-request',
  'seconds-between',
  'events-per-visit',
  'cart-share',
  'purchase-share',
  'stream',
  'tables',
  'utilization',
  'batch-size',
  'batch-window',
  'workflow',
  'shape',
  'events-per-user',
  'seconds',
] as const;

/** @throws UsageError naming option, rule and value */
export function readOptions(args: readonly string[]): CostOptions {
  const values = parse(args);
  const number = (name: (typeof TEXT)[number], fallback: number, [min, max]: readonly [number, number]) =>
    numberOption(values, name, { fallback, min, max });
  const given = (name: (typeof TEXT)[number]) => textOption(values, name) !== undefined;
  const rate = number('rate', 1000, [10, 20_000]);
  const cartShare = number('cart-share', 0.1, [0, 1]);
  const stream = streamOption(values);
  const tables = choice(values, 'tables', ['on-demand', 'provisioned']);
  const workflow = choice(values, 'workflow', ['standard', 'express']);
  return {
    region: textOption(values, 'region') ?? 'us-east-1',
    load: {
      seed: 1,
      rate,
      eventsPerRequest: Math.round(number('events-per-request', 20, [1, 500])),
      seconds: number('seconds', values.calibrate === true ? CALIBRATION_SECONDS : 5, [1, 120]),
      visitors: Math.max(1, Math.round(rate * number('seconds-between', 10, [0.1, 3600]))),
      eventsPerVisit: Math.round(number('events-per-visit', 20, [2, 1000])),
      cartShare,
      purchaseShare: Math.min(cartShare, number('purchase-share', Math.min(0.03, cartShare), [0, 1])),
      eventBytes: Math.round(number('event-size', 1024, [200, 100_000])),
    },
    ...(stream !== undefined && { stream }),
    ...(tables !== undefined && { tables }),
    utilization: number('utilization', 0.8, [0.1, 1]),
    ...(given('batch-size') && { batchSize: Math.round(number('batch-size', 500, [1, 10_000])) }),
    ...(given('batch-window') && { batchWindowSeconds: Math.round(number('batch-window', 0, [0, 300])) }),
    ...(workflow !== undefined && { workflow: workflow === 'express' ? 'EXPRESS' : 'STANDARD' }),
    shape: readShape(textOption(values, 'shape') ?? 'day-night'),
    eventsPerUser: number('events-per-user', 100, [1, 1_000_000]),
    whatIf: values['what-if'] !== false,
    calibrate: values.calibrate === true,
    json: values.json === true,
    help: values.help === true,
  };
}

function parse(args: readonly string[]): OptionValues {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...Object.fromEntries(TEXT.map(name => [name, { type: 'string' } as const])),
        'what-if': { type: 'boolean', default: true },
        calibrate: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
      allowNegative: true,
      strict: true,
    });
    return values as OptionValues; // no option here is declared `multiple`
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot read the options of 'npm run cost': ${reason}`, { cause });
  }
}

function streamOption(values: OptionValues): 'on-demand' | number | undefined {
  const text = textOption(values, 'stream');
  if (text === undefined || text === 'on-demand') return text;
  const shards = Number(text);
  if (Number.isInteger(shards) && shards >= 1 && shards <= 10_000) return shards;
  throw new UsageError(`Cannot use --stream: on-demand, or a number of shards from 1 to 10000, received '${text}'`);
}

function choice<const Choice extends string>(
  values: OptionValues,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = textOption(values, name);
  if (text === undefined) return undefined;
  const chosen = choices.find(each => each === text);
  if (chosen !== undefined) return chosen;
  throw new UsageError(`Cannot use --${name}: ${choices.join(' or ')}, received '${text}'`);
}
