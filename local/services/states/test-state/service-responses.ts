import type { ResponseShape, StructureShape } from './response-shape.ts';

/**
 * What the services that a task can call answer, in the spelling of the States Language: the members whose type, range
 * or values their API models fix. An operation that is not here is not checked.
 */

const text: ResponseShape = { kind: 'string' };
const filled: ResponseShape = { kind: 'string', least: 1 };
const number: ResponseShape = { kind: 'number' };
const flag: ResponseShape = { kind: 'boolean' };
/** Timestamps and blobs are text in the States Language. */
const timestamp = text;
const bytes = text;

const oneOf = (...values: readonly string[]): ResponseShape => ({ kind: 'string', oneOf: values });
const between = (least: number, most?: number): ResponseShape => ({
  kind: 'number',
  least,
  ...(most === undefined ? {} : { most }),
});
const list = (of: ResponseShape): ResponseShape => ({ kind: 'list', of });
const map = (of: ResponseShape): ResponseShape => ({ kind: 'map', of });
const members = (
  shapes: Readonly<Record<string, ResponseShape>>,
  required: readonly string[] = [],
): StructureShape => ({
  kind: 'structure',
  members: shapes,
  required,
});

const attributeValue: ResponseShape = members({
  S: text,
  N: text,
  B: bytes,
  BOOL: flag,
  NULL: flag,
  SS: list(text),
  NS: list(text),
  BS: list(bytes),
  L: list(members({})),
  M: map(members({})),
});
const capacity = { CapacityUnits: number, ReadCapacityUnits: number, WriteCapacityUnits: number };
const consumedCapacity = members({
  TableName: filled,
  ...capacity,
  Table: members(capacity),
  LocalSecondaryIndexes: map(members(capacity)),
  GlobalSecondaryIndexes: map(members(capacity)),
});
const itemChange = members({
  Attributes: map(attributeValue),
  ConsumedCapacity: consumedCapacity,
  ItemCollectionMetrics: members({ ItemCollectionKey: map(attributeValue), SizeEstimateRangeGB: list(number) }),
});
const items = members({
  Items: list(map(attributeValue)),
  Count: number,
  ScannedCount: number,
  LastEvaluatedKey: map(attributeValue),
  ConsumedCapacity: consumedCapacity,
});
const DYNAMODB: Readonly<Record<string, StructureShape>> = {
  getItem: members({ Item: map(attributeValue), ConsumedCapacity: consumedCapacity }),
  putItem: itemChange,
  updateItem: itemChange,
  deleteItem: itemChange,
  query: items,
  scan: items,
  batchGetItem: members({
    Responses: map(list(map(attributeValue))),
    UnprocessedKeys: map(members({})),
    ConsumedCapacity: list(consumedCapacity),
  }),
  batchWriteItem: members({ UnprocessedItems: map(list(members({}))), ConsumedCapacity: list(consumedCapacity) }),
  transactWriteItems: members({ ConsumedCapacity: list(consumedCapacity) }),
};

const functionConfiguration = members({
  FunctionName: text,
  FunctionArn: text,
  Runtime: text,
  Role: text,
  Handler: text,
  CodeSize: number,
  Description: text,
  Timeout: between(1),
  MemorySize: between(128, 10_240),
  LastModified: text,
  CodeSha256: text,
  Version: filled,
  State: oneOf(
    'Pending',
    'Active',
    'Inactive',
    'Failed',
    'Deactivating',
    'Deactivated',
    'ActiveNonInvocable',
    'Deleting',
  ),
  PackageType: oneOf('Zip', 'Image'),
  Architectures: list(oneOf('x86_64', 'arm64')),
  Environment: members({ Variables: map(text) }),
  EphemeralStorage: members({ Size: between(512, 10_240) }, ['Size']),
  TracingConfig: members({ Mode: oneOf('Active', 'PassThrough') }),
});
const LAMBDA: Readonly<Record<string, StructureShape>> = {
  invoke: members({ StatusCode: number, FunctionError: text, LogResult: text, ExecutedVersion: filled }),
  getFunction: members({
    Configuration: functionConfiguration,
    Code: members({ RepositoryType: text, Location: text, ImageUri: text }),
    Tags: map(text),
    Concurrency: members({ ReservedConcurrentExecutions: between(0) }),
  }),
  getFunctionConfiguration: functionConfiguration,
};

const storageClass = oneOf(
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'OUTPOSTS',
  'GLACIER_IR',
  'SNOW',
  'EXPRESS_ONEZONE',
  'FSX_OPENZFS',
);
const encryption = oneOf('AES256', 'aws:fsx', 'aws:kms', 'aws:kms:dsse');
const objectHead = {
  AcceptRanges: text,
  ContentLength: number,
  ContentType: text,
  ContentEncoding: text,
  ContentLanguage: text,
  CacheControl: text,
  DeleteMarker: flag,
  ETag: text,
  LastModified: timestamp,
  Metadata: map(text),
  MissingMeta: number,
  PartsCount: number,
  ServerSideEncryption: encryption,
  StorageClass: storageClass,
  TagCount: number,
  VersionId: text,
  ObjectLockMode: oneOf('GOVERNANCE', 'COMPLIANCE'),
  ReplicationStatus: oneOf('COMPLETE', 'PENDING', 'FAILED', 'REPLICA', 'COMPLETED'),
};
const listedObject = members({
  Key: filled,
  ETag: text,
  Size: number,
  LastModified: timestamp,
  StorageClass: storageClass,
});
const S3: Readonly<Record<string, StructureShape>> = {
  getObject: members({ ...objectHead, Body: bytes }),
  headObject: members(objectHead),
  putObject: members({ ETag: text, VersionId: text, ServerSideEncryption: encryption, Size: number }),
  deleteObject: members({ DeleteMarker: flag, VersionId: text }),
  listObjectsV2: members({
    Contents: list(listedObject),
    CommonPrefixes: list(members({ Prefix: text })),
    IsTruncated: flag,
    KeyCount: number,
    MaxKeys: number,
    Name: text,
    NextContinuationToken: text,
    Prefix: text,
  }),
};

const algorithm = oneOf('SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE');
const blob: ResponseShape = { kind: 'string', least: 1, most: 8192 };
const keyId: ResponseShape = { kind: 'string', least: 1, most: 2048 };
const KMS: Readonly<Record<string, StructureShape>> = {
  encrypt: members({ CiphertextBlob: blob, KeyId: keyId, EncryptionAlgorithm: algorithm }),
  decrypt: members({ Plaintext: blob, KeyId: keyId, EncryptionAlgorithm: algorithm }),
  generateDataKey: members({ CiphertextBlob: blob, Plaintext: blob, KeyId: keyId }),
};

const execution = members(
  {
    ExecutionArn: filled,
    StateMachineArn: filled,
    Name: filled,
    Status: oneOf('RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'),
    StartDate: timestamp,
    StopDate: timestamp,
    Error: text,
    Cause: text,
    RedriveCount: number,
  },
  ['ExecutionArn', 'StateMachineArn', 'Status', 'StartDate'],
);
const STATES: Readonly<Record<string, StructureShape>> = {
  startExecution: members({ ExecutionArn: filled, StartDate: timestamp }, ['ExecutionArn', 'StartDate']),
  describeExecution: execution,
  stopExecution: members({ StopDate: timestamp }, ['StopDate']),
};

const EVENTS: Readonly<Record<string, StructureShape>> = {
  putEvents: members({
    FailedEntryCount: number,
    Entries: list(members({ EventId: text, ErrorCode: text, ErrorMessage: text })),
  }),
};
const SNS: Readonly<Record<string, StructureShape>> = {
  publish: members({ MessageId: text, SequenceNumber: text }),
};
const SQS: Readonly<Record<string, StructureShape>> = {
  sendMessage: members({
    MD5OfMessageBody: text,
    MD5OfMessageAttributes: text,
    MD5OfMessageSystemAttributes: text,
    MessageId: text,
    SequenceNumber: text,
  }),
};
const kinesisEncryption = oneOf('NONE', 'KMS');
const KINESIS: Readonly<Record<string, StructureShape>> = {
  putRecord: members({ ShardId: filled, SequenceNumber: text, EncryptionType: kinesisEncryption }, [
    'ShardId',
    'SequenceNumber',
  ]),
  putRecords: members(
    {
      FailedRecordCount: between(1),
      Records: list(members({ SequenceNumber: text, ShardId: filled, ErrorCode: text, ErrorMessage: text })),
      EncryptionType: kinesisEncryption,
    },
    ['Records'],
  ),
};

const RESPONSES: Readonly<Record<string, Readonly<Record<string, StructureShape>>>> = {
  dynamodb: DYNAMODB,
  events: EVENTS,
  eventbridge: EVENTS,
  kinesis: KINESIS,
  kms: KMS,
  lambda: LAMBDA,
  s3: S3,
  sfn: STATES,
  sns: SNS,
  sqs: SQS,
  states: STATES,
};

/** What an operation answers; `service` as in a task's resource, without `aws-sdk:`. */
export function serviceResponse(service: string, action: string): StructureShape | undefined {
  return RESPONSES[service]?.[action];
}
