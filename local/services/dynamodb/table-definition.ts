/** Reads what CreateTable asks for, and refuses what DynamoDB refuses. */
import type { JsonObject } from '../../cloud/service.ts';
import type { Throughput } from './capacity.ts';
import type { KeyAttribute, KeySchema } from './keys/key-schema.ts';
import {
  asObject,
  invalid,
  readChoice,
  readFlag,
  readInteger,
  readList,
  readObject,
  readText,
  required,
} from './request.ts';
import type { SecondaryIndex } from './secondary-index.ts';
import { ItemStore } from './storage/item-store.ts';
import type { AttributeDefinition, TableDefinition, Warmth } from './table.ts';

const MOST_GLOBAL_INDEXES = 20;
const MOST_LOCAL_INDEXES = 5;
const NAME = /^[a-zA-Z0-9_.-]+$/;
/** What an on-demand table can take at once before it has to grow. */
const ON_DEMAND_READS = 12_000;
const ON_DEMAND_WRITES = 4_000;
const NO_THROUGHPUT: Throughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

/** @param defaultKeyArn the key that encrypts when the client names none. @throws AwsError ValidationException */
export function readTableDefinition(input: JsonObject, defaultKeyArn: string): TableDefinition {
  const name = readName(required(readText(input, 'TableName'), 'TableName'), 'TableName');
  const attributeDefinitions = readAttributeDefinitions(input);
  const billingMode = readChoice(input, 'BillingMode', ['PROVISIONED', 'PAY_PER_REQUEST']);
  const throughput = readThroughput(input, billingMode);
  const schema = readKeySchema(input, attributeDefinitions);
  const indexes = readIndexes(input, { attributeDefinitions, billingMode, schema });
  checkAllDefinitionsUsed(attributeDefinitions, [schema, ...indexes.map(index => index.schema)], indexes.length > 0);
  return {
    name,
    attributeDefinitions,
    schema,
    indexes,
    billingMode,
    throughput,
    warmth: readWarmth(input),
    deletionProtection: readFlag(input, 'DeletionProtectionEnabled') ?? false,
    tableClass: readText(input, 'TableClass'),
    encryption: readEncryption(input, defaultKeyArn),
  };
}

/** What an index is read against. */
export interface IndexContext {
  readonly attributeDefinitions: readonly AttributeDefinition[];
  readonly billingMode: TableDefinition['billingMode'];
  readonly schema: KeySchema;
}

/** One `GlobalSecondaryIndexes` entry. @throws AwsError ValidationException */
export function readGlobalIndex(input: JsonObject, context: IndexContext): SecondaryIndex {
  return readIndex(input, 'global', context);
}

/** @throws AwsError ValidationException, SerializationException */
export function readAttributeDefinitions(input: JsonObject): readonly AttributeDefinition[] {
  return (readList(input, 'AttributeDefinitions') ?? []).map(entry => {
    const definition = asObject(entry);
    return {
      AttributeName: required(readText(definition, 'AttributeName'), 'attributeDefinitions.1.member.attributeName'),
      AttributeType: readChoice(definition, 'AttributeType', ['S', 'N', 'B']),
    };
  });
}

/** Zeros when on demand. @throws AwsError ValidationException */
export function readThroughput(input: JsonObject, billingMode: TableDefinition['billingMode']): Throughput {
  const throughput = readObject(input, 'ProvisionedThroughput');
  if (billingMode === 'PAY_PER_REQUEST') {
    if (!throughput) return NO_THROUGHPUT;
    throw invalid(
      'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (!throughput) {
    throw invalid(
      'One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  return { ReadCapacityUnits: units(throughput, 'Read'), WriteCapacityUnits: units(throughput, 'Write') };
}

/** A member that is not given stays at `current`, or at what any table can take. @throws AwsError ValidationException */
export function readWarmth(input: JsonObject, current?: Warmth): Warmth | undefined {
  const warmth = readObject(input, 'WarmThroughput');
  if (!warmth) return current;
  return {
    ReadUnitsPerSecond: readInteger(warmth, 'ReadUnitsPerSecond', 1) ?? current?.ReadUnitsPerSecond ?? ON_DEMAND_READS,
    WriteUnitsPerSecond:
      readInteger(warmth, 'WriteUnitsPerSecond', 1) ?? current?.WriteUnitsPerSecond ?? ON_DEMAND_WRITES,
  };
}

function units(throughput: JsonObject, kind: 'Read' | 'Write'): number {
  const value = throughput[`${kind}CapacityUnits`];
  if (typeof value === 'number' && value >= 1) return value;
  const shown = value === undefined ? 'null' : `'${String(value)}'`;
  const rule = value === undefined ? 'not be null' : 'have value greater than or equal to 1';
  throw invalid(
    `1 validation error detected: Value ${shown} at 'provisionedThroughput.${kind.toLowerCase()}CapacityUnits' failed to satisfy constraint: Member must ${rule}`,
  );
}

function readName(name: string, member: string): string {
  if (name.length < 3 || name.length > 255) {
    throw invalid(`${member} must be at least 3 characters long and at most 255 characters long`);
  }
  if (NAME.test(name)) return name;
  throw invalid(
    `1 validation error detected: Value '${name}' at '${member.charAt(0).toLowerCase()}${member.slice(1)}' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
  );
}

function readKeySchema(input: JsonObject, definitions: readonly AttributeDefinition[]): KeySchema {
  const elements = required(readList(input, 'KeySchema'), 'KeySchema').map(asObject);
  if (elements.length < 1 || elements.length > 2) {
    const rule = elements.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 2';
    throw invalid(
      `1 validation error detected: Value '[${elements.length === 0 ? '' : `${elements.length} elements`}]' at 'keySchema' failed to satisfy constraint: Member must have length ${rule}`,
    );
  }
  const [first, second] = elements.map(element => ({
    name: required(readText(element, 'AttributeName'), 'keySchema.1.member.attributeName'),
    kind: readChoice(element, 'KeyType', ['HASH', 'RANGE']),
  }));
  if (first?.kind !== 'HASH') {
    throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (second && second.kind !== 'RANGE') {
    throw invalid('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
  if (second?.name === first.name) {
    throw invalid('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  const names = elements.map(element => String(element.AttributeName));
  const hash = defined(first.name, names, definitions);
  return second ? { hash, range: defined(second.name, names, definitions) } : { hash };
}

function defined(name: string, keys: readonly string[], definitions: readonly AttributeDefinition[]): KeyAttribute {
  const definition = definitions.find(({ AttributeName }) => AttributeName === name);
  if (definition) return { name, type: definition.AttributeType };
  const known = definitions.map(({ AttributeName }) => AttributeName).join(', ');
  throw invalid(
    `One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.join(', ')}], AttributeDefinitions: [${known}]`,
  );
}

function readIndexes(input: JsonObject, context: IndexContext): readonly SecondaryIndex[] {
  const global = indexEntries(input, 'GlobalSecondaryIndexes', MOST_GLOBAL_INDEXES);
  const local = indexEntries(input, 'LocalSecondaryIndexes', MOST_LOCAL_INDEXES);
  if (local.length > 0 && !context.schema.range) {
    throw invalid(
      'One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  const indexes = [
    ...global.map(entry => readIndex(entry, 'global', context)),
    ...local.map(entry => readIndex(entry, 'local', context)),
  ];
  for (const [position, { name }] of indexes.entries()) {
    if (indexes.findIndex(other => other.name === name) === position) continue;
    throw invalid(`One or more parameter values were invalid: Duplicate index name: ${name}`);
  }
  return indexes.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function indexEntries(input: JsonObject, member: string, most: number): JsonObject[] {
  const entries = readList(input, member);
  if (entries?.length === 0) {
    const kind = member.startsWith('Global') ? 'GSI' : 'LSI';
    throw invalid(`One or more parameter values were invalid: List of ${kind}s is empty`);
  }
  if (entries && entries.length > most) {
    throw invalid(
      `One or more parameter values were invalid: ${member.replace('Indexes', 'Index')} count exceeds the per-table limit of ${most}`,
    );
  }
  return (entries ?? []).map(asObject);
}

function readIndex(input: JsonObject, scope: SecondaryIndex['scope'], context: IndexContext): SecondaryIndex {
  const name = readName(required(readText(input, 'IndexName'), 'IndexName'), 'IndexName');
  const schema = readKeySchema(input, context.attributeDefinitions);
  if (scope === 'local') checkLocalSchema(name, schema, context.schema);
  const projection = required(readObject(input, 'Projection'), 'Projection');
  const type = readChoice(projection, 'ProjectionType', ['ALL', 'INCLUDE', 'KEYS_ONLY']);
  const nonKeyAttributes = (readList(projection, 'NonKeyAttributes') ?? []).map(String);
  if ((type === 'INCLUDE') !== nonKeyAttributes.length > 0) {
    throw invalid(
      type === 'INCLUDE'
        ? 'One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified'
        : `One or more parameter values were invalid: ProjectionType is ${type}, but NonKeyAttributes is specified`,
    );
  }
  const throughput = scope === 'global' ? readThroughput(input, context.billingMode) : undefined;
  return { name, scope, schema, projection: type, nonKeyAttributes, throughput, items: new ItemStore() };
}

function checkLocalSchema(name: string, schema: KeySchema, table: KeySchema): void {
  if (!schema.range) {
    throw invalid(
      `One or more parameter values were invalid: Index KeySchema does not have a range key for index: ${name}`,
    );
  }
  if (schema.hash.name === table.hash.name) return;
  throw invalid(
    `One or more parameter values were invalid: Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. index hash key: ${schema.hash.name}, table hash key: ${table.hash.name}`,
  );
}

function checkAllDefinitionsUsed(
  definitions: readonly AttributeDefinition[],
  schemas: readonly KeySchema[],
  hasIndexes: boolean,
): void {
  const used = new Set(schemas.flatMap(({ hash, range }) => (range ? [hash.name, range.name] : [hash.name])));
  if (definitions.every(({ AttributeName }) => used.has(AttributeName))) return;
  if (!hasIndexes) {
    throw invalid(
      'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  const known = definitions.map(({ AttributeName }) => AttributeName).join(', ');
  throw invalid(
    `One or more parameter values were invalid: Some AttributeDefinitions are not used. AttributeDefinitions: [${known}], keys used: [${[...used].join(', ')}]`,
  );
}

function readEncryption(input: JsonObject, defaultKeyArn: string): TableDefinition['encryption'] {
  const specification = readObject(input, 'SSESpecification');
  if (!specification || readFlag(specification, 'Enabled') !== true) return undefined;
  return { type: 'KMS', keyArn: readText(specification, 'KMSMasterKeyId') ?? defaultKeyArn };
}
