/** The shapes that CloudWatch's operations share, and how they are read from a request. */
import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import type { MetricIdentity } from './metrics/metric-series.ts';

const LONGEST_NAME = 255;
const MOST_DIMENSIONS = 30;

export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, { queryCode: 'InvalidParameterValue' });
}

export function missing(name: string): AwsError {
  return new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`, {
    queryCode: 'MissingParameter',
  });
}

export function requiredText(input: JsonObject, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value === '') throw missing(name);
  if (value.length > LONGEST_NAME && name !== 'DashboardBody' && name !== 'AlarmRule') {
    throw invalidValue(`The value for parameter ${name} is longer than ${LONGEST_NAME} characters.`);
  }
  return value;
}

export function optionalText(input: JsonObject, name: string): string | undefined {
  return typeof input[name] === 'string' ? input[name] : undefined;
}

export function optionalNumber(input: JsonObject, name: string): number | undefined {
  return typeof input[name] === 'number' ? input[name] : undefined;
}

/** Epoch seconds on the wire. */
export function requiredTimeMs(input: JsonObject, name: string): number {
  const seconds = input[name];
  if (typeof seconds !== 'number') throw missing(name);
  return seconds * 1000;
}

export function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'object' && item !== null) : [];
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

/** `[{Name, Value}]` */
export function readDimensions(value: unknown): Record<string, string> {
  const dimensions = objects(value);
  if (dimensions.length > MOST_DIMENSIONS) {
    throw invalidValue(`The collection Dimensions must not have a size greater than ${MOST_DIMENSIONS}.`);
  }
  return Object.fromEntries(dimensions.map(item => [requiredText(item, 'Name'), requiredText(item, 'Value')]));
}

export function writeDimensions(dimensions: Readonly<Record<string, string>>): { Name: string; Value: string }[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

export function readMetric(input: JsonObject): MetricIdentity {
  return {
    namespace: requiredText(input, 'Namespace'),
    name: requiredText(input, 'MetricName'),
    dimensions: readDimensions(input.Dimensions),
  };
}

/** 1, 5, 10, 20, 30 or a multiple of 60 seconds. */
export function checkPeriod(period: unknown, name = 'Period'): number {
  const isPeriod =
    typeof period === 'number' && ([1, 5, 10, 20, 30].includes(period) || (period > 0 && period % 60 === 0));
  if (!isPeriod) {
    throw invalidValue(`The parameter ${name} must be 1, 5, 10, 20, 30 or a multiple of 60: ${String(period)}.`);
  }
  return period;
}
