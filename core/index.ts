/** The public door of the domain library. */
export { ConflictError, isRetryable, messageOf, TerminalError, ThrottledError } from './errors/operating-errors.ts';
export { canonicalJson } from './events/canonical-json.ts';
export type { CloudEvent, TypedEvent } from './events/cloud-event.ts';
export { contentHash } from './events/content-hash.ts';
export { type EventContract, type EventParser, eventParser } from './events/event-contract.ts';
export { derivedId, eventIdKey, isEventId, newUlid } from './events/event-id.ts';
export { type EventProblem, eventProblem } from './events/event-problem.ts';
export { type EventType, parseEventType } from './events/event-type.ts';
export { excerpt } from './events/excerpt.ts';
export { jsonErrorPosition, type TextPosition } from './events/json-position.ts';
export { MAX_SUBJECT_CHARS, parseEnvelope } from './events/parse-envelope.ts';
export { portableJsonProblem } from './events/portable-json.ts';
export { parseRfc3339, utcDay } from './events/rfc3339.ts';
export { type SchemaError, schemaContract, type Validator } from './events/schema-contract.ts';
export type { Clock } from './ports/clock.ts';
export type { AppendOutcome, EventLog } from './ports/event-log.ts';
export type { EventStore } from './ports/event-store.ts';
export type { FoldStore } from './ports/fold-store.ts';
export type { Ids } from './ports/ids.ts';
export type { Overflow } from './ports/overflow.ts';
export type { Publisher, PublishOutcome } from './ports/publisher.ts';
export type { Quarantine, QuarantinedRecord } from './ports/quarantine.ts';
export { type BackOff, backOffDelayMs } from './processing/back-off.ts';
export { defineProcessor, domainOf } from './processing/define-processor.ts';
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
export { IMPRINT_BYTES, type Imprint, imprintOf } from './processing/imprint.ts';
export { type BatchDependencies, type KeyFailure, processBatch } from './processing/process-batch.ts';
export {
  type EventOf,
  type ProcessorIdentity,
  type Settings,
  settingVariable,
} from './processing/processor-identity.ts';
export {
  defaultRecentIdsLimits,
  noRecentIds,
  type RecentIds,
  type RecentIdsLimits,
} from './processing/recent-ids.ts';
export { compareSequenceNumbers } from './processing/sequence-number.ts';
export { sweepWrite } from './processing/sweep.ts';
export { between, pick, seededRandom } from './random/seeded-random.ts';
export { accepted, type Result, refused } from './result.ts';
