/** What a field may hold. */
export interface CronRange {
  readonly from: number;
  readonly to: number;
  /** Names of the values, the first for `from`. */
  readonly names?: readonly string[];
}

const ITEM = /^(?:(\*)|([A-Z0-9]+)(?:-([A-Z0-9]+))?)(?:\/([0-9]+))?$/;

/**
 * Parses a list of values, ranges and steps: `0,30`, `MON-FRI`, `*`, `0/15`, `8-18/2`. A range may wrap (`FRI-MON`).
 *
 * @returns the values in order, undefined when the text is not valid
 */
export function parseCronValues(text: string, range: CronRange): readonly number[] | undefined {
  const values = new Set<number>();
  for (const item of text.toUpperCase().split(',')) {
    const found = parseItem(item, range);
    if (!found) return undefined;
    for (const value of found) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** One value by its number or name. */
export function parseCronValue(text: string, { from, to, names = [] }: CronRange): number | undefined {
  const named = names.indexOf(text);
  if (named >= 0) return from + named;
  const value = Number(text);
  return /^[0-9]+$/.test(text) && value >= from && value <= to ? value : undefined;
}

function parseItem(item: string, range: CronRange): readonly number[] | undefined {
  const match = ITEM.exec(item);
  if (!match) return undefined;
  const [, every, first = '', last, step = '1'] = match;
  const stride = Number(step);
  if (stride === 0) return undefined;
  if (every) return stepped(range, range.from, range.to, stride);
  const from = parseCronValue(first, range);
  const open = match[4] !== undefined && last === undefined;
  const to = last === undefined ? (open ? range.to : from) : parseCronValue(last, range);
  return from === undefined || to === undefined ? undefined : stepped(range, from, to, stride);
}

function stepped(range: CronRange, from: number, to: number, stride: number): readonly number[] {
  const size = range.to - range.from + 1;
  const length = (to >= from ? to - from : to - from + size) + 1;
  const values: number[] = [];
  for (let offset = 0; offset < length; offset += stride)
    values.push(range.from + ((from - range.from + offset) % size));
  return values;
}
