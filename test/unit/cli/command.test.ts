import { expect, test } from 'vitest';
import { durationOption, numberOption, parseInvocation, UsageError } from '../../../cli/command.ts';
import { start } from '../../../cli/commands/start.ts';

test.each([
  ['20s', 20_000],
  ['500ms', 500],
  ['1.5m', 90_000],
  ['2h', 7_200_000],
])('durationOption reads %s', (text, ms) => {
  expect(durationOption({ for: text }, 'for')).toBe(ms);
});

test.each(['20', '0s', '-5s', 's', 'soon'])('durationOption refuses %s and names it', text => {
  expect(() => durationOption({ for: text }, 'for')).toThrow(
    `--for: a duration such as 20s, 500ms, 2m or 1h, received '${text}'`,
  );
});

test.each(['', 'many', '-1', '20001', 'NaN'])('numberOption refuses %s with rule and value', text => {
  const read = () => numberOption({ rate: text }, 'rate', { fallback: 1, min: 0, max: 20_000 });
  expect(read).toThrow(`Cannot use --rate: a number from 0 to 20000, received '${text}'`);
});

test('parseInvocation takes the negative form of a switch and refuses an unknown option by name', () => {
  expect(parseInvocation(start, ['--no-traffic']).options.traffic).toBe(false);
  expect(parseInvocation(start, []).options.traffic).toBe(true);
  expect(() => parseInvocation(start, ['--fast'])).toThrow(UsageError);
  expect(() => parseInvocation(start, ['--fast'])).toThrow('--fast');
});
