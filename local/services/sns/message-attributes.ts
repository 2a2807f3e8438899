import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** @throws AwsError ParameterValueInvalid */
export function parseMessageAttributes(value: unknown): MessageAttributes {
  const entries = Object.entries((value ?? {}) as JsonObject);
  return Object.fromEntries(entries.map(([name, attribute]) => [name, parseAttribute(name, attribute)]));
}

export function attributesBytes(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum +
      Buffer.byteLength(`${name}${DataType}${StringValue ?? ''}`) +
      Buffer.byteLength(BinaryValue ?? '', 'base64'),
    0,
  );
}

/** As notifications show attributes: `{Type, Value}`. */
export function notifiedAttributes(attributes: MessageAttributes): JsonObject {
  const entries = Object.entries(attributes);
  return Object.fromEntries(
    entries.map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue },
    ]),
  );
}

function parseAttribute(name: string, value: unknown): MessageAttribute {
  const { DataType, StringValue, BinaryValue } = (value ?? {}) as Record<string, unknown>;
  const kind = typeof DataType === 'string' ? /^(String|Number|Binary)(\..+)?$/s.exec(DataType)?.[1] : undefined;
  if (typeof DataType !== 'string' || kind === undefined)
    throw invalid(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is ` +
        'Binary, Number, and String.',
    );
  const text = kind === 'Binary' ? BinaryValue : StringValue;
  if (typeof text !== 'string' || text === '')
    throw invalid(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
    );
  if (kind === 'Number' && !Number.isFinite(Number(text)))
    throw invalid(`Could not cast message attribute '${name}' value to number.`);
  return kind === 'Binary' ? { DataType, BinaryValue: text } : { DataType, StringValue: text };
}

function invalid(message: string): AwsError {
  return new AwsError('ParameterValueInvalid', message);
}
