import { compilePattern, RuleMatcher } from '../../services/events/pattern/event-pattern.ts';

/** Whether a record, as JSON text, is passed on to the function. */
export type RecordFilter = (recordJson: string) => boolean;

/** A record passes when it matches any of the patterns; all pass when there is none. @throws EventPatternError */
export function recordFilter(patterns: readonly string[]): RecordFilter | undefined {
  if (patterns.length === 0) return undefined;
  const matcher = new RuleMatcher<number>();
  for (const [index, pattern] of patterns.entries()) matcher.add(index, compilePattern(pattern));
  return recordJson => matcher.match(recordJson).length > 0;
}

/**
 * A record as filters see it: its `member` (the body of a message, the data of a stream record) stands there as JSON when
 * it is a JSON object, as a string otherwise. A pattern for the other kind therefore does not match, as on AWS.
 */
export function filterableJson(record: Readonly<Record<string, unknown>>, member: string, text: string): string {
  const { [member]: _, ...rest } = record;
  const others = JSON.stringify(rest).slice(1, -1);
  return `{${others}${others === '' ? '' : ','}${JSON.stringify(member)}:${isJsonObject(text) ? text : JSON.stringify(text)}}`;
}

function isJsonObject(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
