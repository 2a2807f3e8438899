import { AwsError } from '../../../cloud/aws-error.ts';
import { isJsonObject } from '../json-object.ts';

/** What a member of a service's response may hold, as far as a mocked result is checked against it. */
export type ResponseShape =
  | { readonly kind: 'string'; readonly oneOf?: readonly string[]; readonly least?: number; readonly most?: number }
  | { readonly kind: 'number'; readonly least?: number; readonly most?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'list'; readonly of: ResponseShape }
  | { readonly kind: 'map'; readonly of: ResponseShape }
  | StructureShape;

export interface StructureShape {
  readonly kind: 'structure';
  readonly members: Readonly<Record<string, ResponseShape>>;
  readonly required: readonly string[];
}

export interface ShapeCheck {
  readonly shape: ResponseShape;
  /** Whether required members must be there. */
  readonly strict: boolean;
  /** The member that holds the value. */
  readonly field: string;
}

/** Checks a mocked value against its shape. Members that the API does not know are let through. @throws AwsError (ValidationException) */
export function checkShape(value: unknown, check: ShapeCheck): void {
  const { shape, field } = check;
  switch (shape.kind) {
    case 'string':
      checkString(value, shape, field);
      return;
    case 'number':
      checkNumber(value, shape, field);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') throw mustBe(field, 'a boolean');
      return;
    case 'list':
      if (!Array.isArray(value)) throw mustBe(field, 'an array');
      for (const item of value) checkShape(item, { ...check, shape: shape.of });
      return;
    case 'map':
      if (!isJsonObject(value)) throw mustBe(field, 'an object');
      for (const item of Object.values(value)) checkShape(item, { ...check, shape: shape.of });
      return;
    case 'structure':
      checkStructure(value, shape, check);
  }
}

function checkStructure(value: unknown, { members, required }: StructureShape, check: ShapeCheck): void {
  if (!isJsonObject(value)) throw mustBe(check.field, 'an object');
  const missing = required.find(name => !Object.hasOwn(value, name));
  if (check.strict && missing !== undefined) throw mismatch(`Required field '${missing}' is missing`);
  for (const [field, member] of Object.entries(value)) {
    const shape = Object.hasOwn(members, field) ? members[field] : undefined;
    if (shape) checkShape(member, { ...check, shape, field });
  }
}

type StringShape = Extract<ResponseShape, { readonly kind: 'string' }>;
type NumberShape = Extract<ResponseShape, { readonly kind: 'number' }>;

function checkString(value: unknown, { oneOf, least, most }: StringShape, field: string): void {
  if (typeof value !== 'string') throw mustBe(field, 'a string');
  if (oneOf && !oneOf.includes(value)) throw mismatch(`Field '${field}' is not an expected value`);
  if (least !== undefined && value.length < least)
    throw mismatch(`Field '${field}' is smaller than the minimum length`);
  if (most !== undefined && value.length > most) throw mismatch(`Field '${field}' exceeds the maximum length`);
}

function checkNumber(value: unknown, { least, most }: NumberShape, field: string): void {
  if (typeof value !== 'number') throw mustBe(field, 'a number');
  if (least !== undefined && value < least) throw mismatch(`Field '${field}' is less than the minimum value`);
  if (most !== undefined && value > most) throw mismatch(`Field '${field}' exceeds the maximum value`);
}

function mustBe(field: string, what: string): AwsError {
  return mismatch(`Field '${field}' must be ${what}`);
}

function mismatch(detail: string): AwsError {
  return new AwsError('ValidationException', `Mock result schema validation error: ${detail}`);
}
