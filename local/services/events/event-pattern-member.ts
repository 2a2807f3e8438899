import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import { type CompiledPattern, compilePattern, EventPatternError } from './pattern/event-pattern.ts';
import { textMember } from './request-members.ts';

/**
 * The request's event pattern, compiled.
 *
 * @returns undefined when the request has none
 * @throws AwsError InvalidEventPatternException with AWS's reason
 */
export function patternMember(input: JsonObject): CompiledPattern | undefined {
  const text = textMember(input, 'EventPattern');
  if (text === undefined || text === '') return undefined;
  try {
    return compilePattern(text);
  } catch (error) {
    if (!(error instanceof EventPatternError)) throw error;
    const message = `Event pattern is not valid. Reason: ${error.message}`;
    throw new AwsError('InvalidEventPatternException', message, { cause: error });
  }
}
