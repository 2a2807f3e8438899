import { afterEach, describe, expect, it, vi } from 'vitest';
import { positiveNumberVariable, textVariable } from '../../../../lambdas/runtime/environment.ts';

describe('environment', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('names the variable that is missing or empty', () => {
    expect(() => textVariable('STREAM_NAME')).toThrow('Cannot start: environment variable STREAM_NAME is not set');
    vi.stubEnv('STREAM_NAME', '');
    expect(() => textVariable('STREAM_NAME')).toThrow('STREAM_NAME is not set');
  });

  it.each(['0', '-1', 'half an hour', 'Infinity'])('refuses %j for a positive number', value => {
    vi.stubEnv('SESSION_GAP_MINUTES', value);
    expect(() => positiveNumberVariable('SESSION_GAP_MINUTES')).toThrow(
      `must be a positive number, received '${value}'`,
    );
  });
});
