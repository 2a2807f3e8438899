import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** Options as given: booleans, strings, or absent. */
export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

export interface Invocation {
  readonly options: OptionValues;
  readonly positionals: readonly string[];
}

/** One command of `millrace`. */
export interface Command {
  readonly name: string;
  /** One line for the overview. */
  readonly summary: string;
  /** The whole `--help` text. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  /** @returns the exit code */
  run(invocation: Invocation): Promise<number>;
}

/** The person asked for something that cannot be done; shown without a stack, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Parses what follows the command's name. @throws UsageError naming the option */
export function parseInvocation(command: Command, args: readonly string[]): Invocation {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...command.options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
      allowNegative: true,
      strict: true,
    });
    return { options: values as OptionValues, positionals }; // no option here is declared `multiple`
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot read the options of 'millrace ${command.name}': ${reason}`, { cause });
  }
}

export function textOption(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** A whole or decimal number within bounds. @throws UsageError naming option, rule and value */
export function numberOption(
  options: OptionValues,
  name: string,
  bounds: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const text = textOption(options, name);
  if (text === undefined) return bounds.fallback;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < bounds.min || value > bounds.max) {
    throw new UsageError(`Cannot use --${name}: a number from ${bounds.min} to ${bounds.max}, received '${text}'`);
  }
  return value;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration such as `20s`, `500ms`, `2m`, `1h`, in milliseconds. @throws UsageError naming option, rule and value */
export function durationOption(options: OptionValues, name: string): number | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit ?? ''];
  if (amount === undefined || unitMs === undefined || Number(amount) <= 0) {
    throw new UsageError(`Cannot use --${name}: a duration such as 20s, 500ms, 2m or 1h, received '${text}'`);
  }
  return Number(amount) * unitMs;
}

/** A moment such as `2026-03-01T09:00:00Z`, in UTC. @throws UsageError naming option, rule and value */
export function momentOption(options: OptionValues, name: string): string | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const moment = Date.parse(text);
  if (/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/.test(text) && !Number.isNaN(moment)) return new Date(moment).toISOString();
  throw new UsageError(`Cannot use --${name}: an RFC 3339 time such as 2026-03-01T09:00:00Z, received '${text}'`);
}
