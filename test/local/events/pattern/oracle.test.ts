import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  compilePattern,
  EventPatternError,
  matchesPattern,
} from '../../../../local/services/events/pattern/event-pattern.ts';

const ORACLE = fileURLToPath(new URL('../../../../../shared/oracles/event-patterns.jsonl', import.meta.url));

interface Row {
  readonly id: string;
  readonly pattern: string;
  readonly event: string | null;
  readonly valid: boolean;
  readonly expected: boolean | null;
  readonly errorMessage?: string;
}

const rows: Row[] = existsSync(ORACLE)
  ? readFileSync(ORACLE, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))
  : [];

function answer({ pattern, event, expected }: Row): boolean | null | 'invalid' {
  try {
    const compiled = compilePattern(pattern);
    return event === null || expected === null ? null : matchesPattern(compiled, event);
  } catch (error) {
    if (error instanceof EventPatternError) return 'invalid';
    throw error;
  }
}

describe.skipIf(rows.length === 0)('event patterns recorded from AWS and event-ruler', () => {
  test('every pattern is accepted, refused and matched as recorded', () => {
    const wrong = rows.filter(row => answer(row) !== (row.valid ? row.expected : 'invalid'));
    expect(wrong.map(row => row.id)).toEqual([]);
  });

  test('every refusal has the recorded reason', () => {
    const refused = rows.filter(row => !row.valid && row.errorMessage !== undefined);
    const wrong = refused.filter(({ pattern, errorMessage = '' }) => {
      const reason = errorMessage.replace('Event pattern is not valid. Reason: ', '').split('\n')[0];
      try {
        compilePattern(pattern);
        return true;
      } catch (error) {
        return !(error as Error).message.startsWith(reason ?? ''); // only errors are thrown
      }
    });
    expect(wrong.map(row => row.id)).toEqual([]);
  });
});
