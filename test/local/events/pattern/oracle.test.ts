import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../../local/services/events/pattern/event-pattern.ts';

const ORACLE = fileURLToPath(new URL('../../../../../shared/oracles/event-patterns.jsonl', import.meta.url));

/** Whether patterns match is judged by `npm run conformance`; here it is only the reason of each refusal. */
interface Row {
  readonly id: string;
  readonly pattern: string;
  readonly valid: boolean;
  readonly errorMessage?: string;
}

const rows: Row[] = existsSync(ORACLE)
  ? readFileSync(ORACLE, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))
  : [];

describe.skipIf(rows.length === 0)('event patterns recorded from AWS and event-ruler', () => {
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
