import { type CaseVerdict, failed, outOfScope, PASSED } from '../../verdict.ts';
import { differenceFromRecording } from '../events/recorded-answer.ts';
import type { SnapshotHarness, SnapshotRow } from '../snapshot-case.ts';
import { MappingStage } from './mapping-stage.ts';

/** What the embedded cloud returned, by the name of the step. */
export type StepAnswers = Readonly<Record<string, unknown>>;

/** Repeats one recorded test. @param parameters what the test was run with, as its name says */
export type RecordedTest = (stage: MappingStage, parameters: string) => Promise<StepAnswers>;

export interface RecordedTests {
  /** By the name of the test. */
  readonly tests: Readonly<Record<string, RecordedTest>>;
  /** Why tests are not repeated, by their names. */
  readonly outOfScope?: Readonly<Record<string, string>>;
  /** The same, where names and parameters say it for several tests at once. */
  outOfScopeOf?(name: string, parameters: string): string | undefined;
  /** Takes out of a recording, and out of what is compared with it, what only tells of the recorder's client. */
  comparable?(value: unknown): unknown;
  /** Members that a public test leaves out of its own comparison, because they differ from run to run on AWS too. */
  readonly undetermined?: Readonly<Record<string, readonly string[]>>;
}

/** A harness that finds a row's test by its name, runs it on a stage of its own and compares all of its steps. */
export function recordedTests(area: string, known: RecordedTests): SnapshotHarness {
  return { area, run: row => judge(known, row) };
}

async function judge(known: RecordedTests, row: SnapshotRow): Promise<CaseVerdict> {
  const [, name = row.source, parameters = ''] = /::(tests?_\w+)(?:\[([\s\S]*)\])?$/.exec(row.source) ?? [];
  const reason = known.outOfScope?.[name] ?? known.outOfScopeOf?.(name, parameters);
  if (reason !== undefined) return outOfScope(reason);
  const test = known.tests[name];
  if (!test) return outOfScope(`no harness repeats ${name}`);
  const stage = await MappingStage.open();
  try {
    const omitted = known.undetermined?.[name] ?? [];
    const shown = known.comparable ?? ((value: unknown) => value);
    const comparable = (value: unknown) => without(omitted, withoutRuntimeTrace(shown(value)));
    const recorded = numbered(comparable(row.recordedContent));
    const actual = asTextWhereRecorded(recorded, comparable(await test(stage, parameters)));
    const difference = differenceFromRecording(recorded, actual, stage.cloud);
    if (!difference) return PASSED;
    return failed({ [difference.path]: difference.recorded }, { [difference.path]: difference.actual });
  } finally {
    await stage.close();
  }
}

/** Stand-ins without a number that are the same all over a recording. */
const CONSTANTS = new Set(['<partition>', '<region>']);

/**
 * The comparison takes a stand-in for the same text wherever it appears. In these recordings that holds for the numbered
 * ones only: times and counts without a number differ from place to place, so each gets a number of its own.
 */
function numbered(recorded: unknown): unknown {
  let count = 0;
  const respell = (value: unknown): unknown => {
    if (typeof value === 'string') return respellText(value);
    if (Array.isArray(value)) return value.map(respell);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, respell(inner)]));
  };
  const respellText = (text: string): string => {
    if (text === 'timestamp') return `<timestamp-${count++}>`;
    return text
      .replace(/<timestamp:\d{4}[^>]*>/g, 'date')
      .replace(/<([a-z][a-z0-9-]*)>/g, (whole, name) => (CONSTANTS.has(whole) ? whole : `<${name}-${count++}>`));
  };
  return respell(recorded);
}

/** The recorder put one stand-in even for a whole structure: there the structure is compared as the text that it is. */
function asTextWhereRecorded(recorded: unknown, given: unknown): unknown {
  if (typeof recorded === 'string') return typeof given === 'object' && given !== null ? JSON.stringify(given) : given;
  if (typeof recorded !== 'object' || recorded === null) return given;
  const actual = typeof given === 'string' ? parsed(given) : given;
  if (typeof actual !== 'object' || actual === null) return given;
  const members = recorded as Readonly<Record<string, unknown>>; // arrays by index too
  const inner = Object.entries(actual).map(([name, value]) => [name, asTextWhereRecorded(members[name], value)]);
  return Array.isArray(actual) ? inner.map(([, value]) => value) : Object.fromEntries(inner);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function without(omitted: readonly string[], value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => without(omitted, item));
  if (typeof value !== 'object' || value === null || omitted.length === 0) return value;
  const kept = Object.entries(value).filter(([name]) => !omitted.includes(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, without(omitted, inner)]));
}

/**
 * The recorded functions ran on Python, these run on Node.js: where an error document tells of the language (its own name
 * for the exception, its stack), only the message is compared.
 */
function withoutRuntimeTrace(value: unknown): unknown {
  if (typeof value === 'string' && value.includes('"responsePayload"')) return withoutRuntimeTrace(JSON.parse(value));
  if (Array.isArray(value)) return value.map(withoutRuntimeTrace);
  if (typeof value !== 'object' || value === null) return value;
  if ('errorMessage' in value && 'errorType' in value) return { errorMessage: value.errorMessage };
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, withoutRuntimeTrace(inner)]));
}
