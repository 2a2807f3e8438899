import { validateDefinition } from '../definition/validate-definition.ts';
import type { Action } from './action.ts';

const DEFAULT_RESULTS = 100;

/** `ValidateStateMachineDefinition`: what is wrong with a definition, without creating anything. */
export const validateStateMachineDefinition: Action = () => input => {
  const type = input.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
  const { diagnostics } = validateDefinition(String(input.definition ?? ''), type);
  const wanted = diagnostics.filter(({ severity }) => severity === 'ERROR' || input.severity === 'WARNING');
  const most = Number(input.maxResults ?? 0) || DEFAULT_RESULTS;
  return {
    result: wanted.some(({ severity }) => severity === 'ERROR') ? 'FAIL' : 'OK',
    diagnostics: wanted.slice(0, most),
    truncated: wanted.length > most,
  };
};
