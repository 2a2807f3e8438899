import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import type { LoggingConfiguration } from '../state-machine.ts';

const LEVELS = ['ALL', 'ERROR', 'FATAL', 'OFF'] as const;

export const LOGGING_OFF: LoggingConfiguration = { level: 'OFF', includeExecutionData: false, destinations: [] };

/** The `loggingConfiguration` of a request. @throws AwsError (InvalidLoggingConfiguration) */
export function checkLogging(value: unknown): LoggingConfiguration {
  if (!isJsonObject(value)) return LOGGING_OFF;
  const level = LEVELS.find(known => known === (value.level ?? 'OFF'));
  if (!level) throw invalid(`Unknown level '${value.level}'`);
  const destinations = Array.isArray(value.destinations) ? value.destinations.filter(isJsonObject) : [];
  if (level !== 'OFF' && destinations.length !== 1) throw invalid('Must specify exactly one Log Destination.');
  checkDestinations(destinations);
  return { level, includeExecutionData: value.includeExecutionData === true, destinations };
}

function checkDestinations(destinations: readonly JsonObject[]): void {
  for (const { cloudWatchLogsLogGroup: group } of destinations) {
    const arn = isJsonObject(group) ? group.logGroupArn : undefined;
    if (typeof arn !== 'string' || !arn.endsWith(':*')) {
      throw invalid("Invalid Log Destination: the log group ARN must end with ':*'");
    }
  }
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${reason}`);
}
