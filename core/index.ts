/** The public door of the domain library. */

export { filledData, trimmedData } from './contracts/casting/cast-data.ts';
export { minorCast, readerCast } from './contracts/casting/cast-event.ts';
export { type DataShape, dataShapeOf } from './contracts/casting/data-shape.ts';
export { type VersionChain, type VersionStep, versionChain } from './contracts/casting/version-chain.ts';
export {
  COMPATIBILITY_MODES,
  type CompatibilityMode,
  checkCompatibility,
  type Incompatibility,
  incompatibilityText,
  type SchemaVersion,
} from './contracts/compatibility/check-compatibility.ts';
export type { CompatibilityPolicy } from './contracts/compatibility/comparison.ts';
export { type DeclaredProcessor, type EventFlow, processorAsReader, readersOf } from './contracts/event-flow.ts';
export { defineConsumer, type EventReader, type FieldOf, type FieldsOf } from './contracts/event-reader.ts';
export { fakeData } from './contracts/fake/fake-data.ts';
export { inferredSchema, newObservation, observe, valueOfText } from './contracts/infer-schema.ts';
export { isSchemaObject, type JsonSchema, type SchemaObject } from './contracts/json-schema.ts';
export { schemaOfBusEvent } from './contracts/registry/draft4.ts';
export {
  type RegisteredContracts,
  type RegisteredContractsOptions,
  registeredContracts,
} from './contracts/registry/registered-contracts.ts';
export {
  planRegistration,
  type RegisteredSchema,
  type Registration,
  registeredSchema,
} from './contracts/registry/registered-schema.ts';
export { compareVersions, declaredVersion, parseVersion, schemaUri } from './contracts/registry/schema-version.ts';
export { reviewDocumentation } from './contracts/review-documentation.ts';
export { compatibilityModeOf, reviewSchema, type SchemaProblem } from './contracts/review-schema.ts';
export { checkInput, type TargetInput } from './contracts/rules/check-input.ts';
export { checkDelivery, checkReads } from './contracts/rules/check-reads.ts';
export { checkRule, deliveredTypes, type EventRule, type RuleBook, ruleBook } from './contracts/rules/check-rule.ts';
export {
  type EventCatalog,
  type EventProducer,
  type EventVersion,
  eventVersions,
  publishedTypes,
} from './contracts/rules/event-catalog.ts';
export { type EventPattern, parseEventPattern } from './contracts/rules/event-pattern.ts';
export { explainMatch, type FieldMismatch, type MatchExplanation } from './contracts/rules/explain-match.ts';
export { nearestName } from './contracts/rules/nearest-name.ts';
export { fieldProblem, type RuleProblem, type RuleProblemKind } from './contracts/rules/rule-problem.ts';
export { interpretedValidator } from './contracts/validate/interpreted-validator.ts';
export { ConflictError, isRetryable, messageOf, TerminalError, ThrottledError } from './errors/operating-errors.ts';
export { canonicalJson } from './events/canonical-json.ts';
export type { CloudEvent, TypedEvent } from './events/cloud-event.ts';
export { contentHash } from './events/content-hash.ts';
export {
  type ContractChoice,
  dataJudge,
  type EventContract,
  type EventParser,
  eventParser,
} from './events/event-contract.ts';
export { derivedId, eventIdKey, isEventId, newUlid } from './events/event-id.ts';
export { type EventProblem, eventProblem } from './events/event-problem.ts';
export { type EventType, parseEventType } from './events/event-type.ts';
export { excerpt } from './events/excerpt.ts';
export { jsonErrorPosition, type TextPosition } from './events/json-position.ts';
export { MAX_SUBJECT_CHARS, parseEnvelope } from './events/parse-envelope.ts';
export { portableJsonProblem } from './events/portable-json.ts';
export {
  CLOUDEVENTS_BATCH_JSON,
  CLOUDEVENTS_JSON,
  type CloudEventsMessage,
  isBinaryMode,
  readCloudEvents,
} from './events/read-cloud-events.ts';
export { parseRfc3339, utcDay, utcTime } from './events/rfc3339.ts';
export { type SchemaError, schemaContract, type Validator } from './events/schema-contract.ts';
export { SHAPE_MARGIN_BYTES, ShapeReader } from './events/shape-reader.ts';
export { toldTime } from './events/told-time.ts';
export { auditFacts, auditOverflow } from './ledger/audit-facts.ts';
export {
  type AuditedSlot,
  auditRecords,
  NONE_UNCOUNTED,
  type RecordFate as LedgerFate,
  type StreamRecord,
  type Uncounted,
} from './ledger/audit-records.ts';
export { type Difference, type Differences, findDifferences, type LedgerTopology } from './ledger/differences.ts';
export type { Finding, FindingStatus } from './ledger/finding.ts';
export { fateByRows, type KnownFate, type KnownRecord } from './ledger/known-fate.ts';
export {
  type Ledger,
  type LedgerEvent,
  type LedgerOutcome,
  ledgerMinute,
  NO_SHARD,
  OVERFLOW_SHARD,
  openLedger,
  parseLedgerEntry,
  shardName,
} from './ledger/ledger.ts';
export { type LedgerBook, ledgerBook, type Slot } from './ledger/ledger-book.ts';
export type { Clock } from './ports/clock.ts';
export type { AppendOutcome, EventLog } from './ports/event-log.ts';
export type { EventStore } from './ports/event-store.ts';
export type { FoldReading, FoldStore } from './ports/fold-store.ts';
export type {
  ClaimOutcome,
  IdempotencyStore,
  LeaseStore,
  OutboxEntry,
  Settlement,
} from './ports/idempotency-store.ts';
export type {
  AddressedWrite,
  ItemRef,
  Obstacle,
  Transaction,
  TransactionOutcome,
  TransactionStore,
} from './ports/idempotency-transactions.ts';
export type { Ids } from './ports/ids.ts';
export type { Lane, LaneStore, Lease } from './ports/lane-store.ts';
export type { Overflow } from './ports/overflow.ts';
export type { OutgoingFact, Publisher, PublishOutcome } from './ports/publisher.ts';
export type { Quarantine, QuarantinedRecord } from './ports/quarantine.ts';
export type { RegistryHead, SchemaRegistry } from './ports/schema-registry.ts';
export { type BackOff, backOffDelayMs } from './processing/back-off.ts';
export { defineProcessor, domainOf } from './processing/define-processor.ts';
export { drainGatedLane, type GatedDrain, type LaneAttempt } from './processing/drain-gated-lane.ts';
export { type DrainDependencies, drainLane } from './processing/drain-lane.ts';
export type { Drained, DrainedCounts, DrainPorts, DrainRequest } from './processing/drain-lease.ts';
export { type ExternalDependencies, externalBatch } from './processing/external-batch.ts';
export {
  type AnyExternalDefinition,
  type CallContext,
  callTimes,
  type ExternalCall,
  type ExternalDefinition,
  type ExternalProcessor,
  externalProcessor,
} from './processing/external-definition.ts';
export { type FoldInput, type FoldResult, fold, parkKey } from './processing/fold.ts';
export {
  type AnyFoldDefinition,
  type FoldDefinition,
  foldLimits,
  foldProcessor,
} from './processing/fold-definition.ts';
export type { FoldCounts, FoldItem, FoldRecord, FoldWrite, Parking, RecordOutcome } from './processing/fold-item.ts';
export { defaultFoldLimits, type FoldLimits } from './processing/fold-limits.ts';
export type { Evolved, FoldProcessor } from './processing/fold-processor.ts';
export type { FoldStep, RecordFate } from './processing/fold-step.ts';
export { type IdPage, type IdPageRef, type IdPages, type IdSpan, idTime, pageName } from './processing/id-page.ts';
export type { Gate } from './processing/idempotency-gates.ts';
export {
  type Delivery,
  type DeliveryRow,
  deliveryOf,
  type IdempotencyRow,
  isDrainers,
  isOneWriter,
  isParkedAs,
  rememberHoursOf,
  sightingId,
} from './processing/idempotency-row.ts';
export { IMPRINT_BYTES, type Imprint, type Imprints, imprintOf } from './processing/imprint.ts';
export { outboxTexts } from './processing/outbox-text.ts';
export { type BatchDependencies, type KeyFailure, processBatch } from './processing/process-batch.ts';
export {
  type EventOf,
  type ProcessorIdentity,
  type Settings,
  settingVariable,
  tableVariable,
} from './processing/processor-identity.ts';
export {
  defaultRecentIdsLimits,
  noRecentIds,
  pagesToRead,
  type RecentIds,
  type RecentIdsLimits,
  recallIds,
} from './processing/recent-ids.ts';
export { compareSequenceNumbers } from './processing/sequence-number.ts';
export { type Sighting, sight, sightingIn } from './processing/sighting.ts';
export { sweepWrite } from './processing/sweep.ts';
export { type TransactDependencies, transactBatch } from './processing/transact-batch.ts';
export type {
  AnyTransactDefinition,
  EffectContext,
  Effects,
  TransactDefinition,
} from './processing/transact-definition.ts';
export { defaultTransactLimits, type TransactLimits } from './processing/transact-plan.ts';
export { type TransactProcessor, transactProcessor } from './processing/transact-processor.ts';
export {
  type Expectation,
  type FoundItem,
  type ItemKey,
  itemName,
  meets,
  type TableRule,
  type TableRules,
  type TableWrite,
} from './processing/transact-write.ts';
export {
  compareItems,
  eventsMissing,
  type RebuildInput,
  type Rebuilt,
  rebuildItem,
  type StateDifference,
} from './processing/verify-state.ts';
export { between, pick, seededRandom } from './random/seeded-random.ts';
export { accepted, type Result, refused } from './result.ts';
