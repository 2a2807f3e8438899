import { type CaseVerdict, failed, outOfScope, PASSED } from '../../verdict.ts';
import type { SnapshotHarness, SnapshotRow } from '../snapshot-case.ts';
import { EventsStage } from './events-stage.ts';
import { differenceFromRecording } from './recorded-answer.ts';

/** What the embedded cloud returned, by the name of the step. */
export type StepAnswers = Readonly<Record<string, unknown>>;

/** Repeats one recorded test. @param parameters what the test was run with, as its name says */
export type RecordedTest = (stage: EventsStage, parameters: string) => Promise<StepAnswers>;

export interface RecordedTests {
  /** By the name of the test. */
  readonly tests: Readonly<Record<string, RecordedTest>>;
  /** Why tests are not repeated, by their names. */
  readonly outOfScope?: Readonly<Record<string, string>>;
}

/** A harness that finds a row's test by its name, runs it on a stage of its own and compares all of its steps. */
export function recordedTests(area: string, known: RecordedTests): SnapshotHarness {
  return { area, run: row => judge(known, row) };
}

async function judge(known: RecordedTests, row: SnapshotRow): Promise<CaseVerdict> {
  const { name, parameters } = nameOf(row);
  const reason = known.outOfScope?.[name];
  if (reason !== undefined) return outOfScope(reason);
  const test = known.tests[name];
  if (!test) return outOfScope(`no harness repeats ${name}`);
  const stage = new EventsStage();
  try {
    const answers = await test(stage, parameters);
    const difference = differenceFromRecording(row.recordedContent, answers, stage.cloud);
    if (!difference) return PASSED;
    return failed({ [difference.path]: difference.recorded }, { [difference.path]: difference.actual });
  } finally {
    await stage.close();
  }
}

/** The name and parameters in `file.py::Class::test_name[parameters]`; pytest writes a line break as `\n`. */
function nameOf({ source }: SnapshotRow): { readonly name: string; readonly parameters: string } {
  const [, name = source, parameters = ''] = /::(tests?_\w+)(?:\[(.*)\])?$/s.exec(source) ?? [];
  return { name, parameters: parameters.replaceAll('\\n', '\n') };
}
