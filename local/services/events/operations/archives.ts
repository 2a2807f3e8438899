import type { JsonObject } from '../../../cloud/service.ts';
import type { Archive } from '../archive.ts';
import { checkMembers, NAME_PATTERN } from '../constraints.ts';
import { patternMember } from '../event-pattern-member.ts';
import type { EventsEngine } from '../events-engine.ts';
import { alreadyExists, validationError } from '../events-error.ts';
import { numberMember, page, present, textMember } from '../request-members.ts';

const DAY_MS = 86_400_000;
const ARCHIVE_NAME = { required: true, minLength: 1, maxLength: 48, pattern: NAME_PATTERN };

export function createArchive(engine: EventsEngine, input: JsonObject): JsonObject {
  checkMembers(input, {
    ArchiveName: ARCHIVE_NAME,
    EventSourceArn: { required: true, minLength: 1, maxLength: 1600 },
    Description: { maxLength: 512 },
    EventPattern: { maxLength: 4096 },
  });
  const name = textMember(input, 'ArchiveName') ?? '';
  if (engine.archives.has(name)) throw alreadyExists(`Archive ${name}`);
  const archive: Archive = {
    name,
    arn: engine.cloud.arn('events', `archive/${name}`),
    sourceArn: engine.bus(textMember(input, 'EventSourceArn')).arn,
    createdMs: engine.cloud.clock.now(),
    description: textMember(input, 'Description'),
    pattern: patternMember(input),
    retentionDays: numberMember(input, 'RetentionDays') ?? 0,
    events: engine.changed.newArchivedEvents(name),
  };
  engine.archives.set(name, archive);
  engine.changed.archive(archive);
  engine.router.keep(archive);
  return created(archive);
}

export function updateArchive(engine: EventsEngine, input: JsonObject): JsonObject {
  const members = ['EventPattern', 'RetentionDays', 'Description'];
  if (members.every(member => input[member] === undefined))
    throw validationError('At least one of EventPattern, RetentionDays or Description must be provided.');
  checkMembers(input, { ArchiveName: ARCHIVE_NAME });
  const archive = engine.archive(textMember(input, 'ArchiveName') ?? '');
  if (input.EventPattern !== undefined) archive.pattern = patternMember(input);
  archive.retentionDays = numberMember(input, 'RetentionDays') ?? archive.retentionDays;
  archive.description = textMember(input, 'Description') ?? archive.description;
  engine.router.keep(archive);
  engine.changed.archive(archive);
  return created(archive);
}

export function deleteArchive(engine: EventsEngine, input: JsonObject): void {
  const archive = engine.archive(textMember(input, 'ArchiveName') ?? '');
  engine.router.forget(archive.sourceArn, archive.arn);
  engine.archives.delete(archive.name);
  engine.changed.archive(archive);
}

export function describeArchive(engine: EventsEngine, input: JsonObject): JsonObject {
  const archive = engine.archive(textMember(input, 'ArchiveName') ?? '');
  return present({
    ...summary(engine, archive),
    ArchiveArn: archive.arn,
    Description: archive.description,
    EventPattern: archive.pattern?.text,
  });
}

export function listArchives(engine: EventsEngine, input: JsonObject): JsonObject {
  const prefix = textMember(input, 'NamePrefix') ?? '';
  const sourceArn = textMember(input, 'EventSourceArn');
  if (sourceArn !== undefined) engine.bus(sourceArn);
  const state = textMember(input, 'State');
  const archives = [...engine.archives.values()].filter(
    archive =>
      archive.name.startsWith(prefix) &&
      (sourceArn === undefined || archive.sourceArn === sourceArn) &&
      (state === undefined || state === 'ENABLED'),
  );
  const { items, nextToken } = page(input, archives);
  return present({ Archives: items.map(archive => summary(engine, archive)), NextToken: nextToken });
}

/** Drops the events that the archive has kept for as long as it promised. */
export function expireEvents(engine: EventsEngine, archive: Archive): void {
  if (archive.retentionDays === 0) return;
  archive.events.expire(engine.cloud.clock.now() - archive.retentionDays * DAY_MS);
}

function created(archive: Archive): JsonObject {
  return { ArchiveArn: archive.arn, State: 'ENABLED', CreationTime: archive.createdMs / 1000 };
}

function summary(engine: EventsEngine, archive: Archive): JsonObject {
  expireEvents(engine, archive);
  return {
    ArchiveName: archive.name,
    EventSourceArn: archive.sourceArn,
    State: 'ENABLED',
    RetentionDays: archive.retentionDays,
    SizeBytes: archive.events.sizeBytes,
    EventCount: archive.events.count,
    CreationTime: archive.createdMs / 1000,
  };
}
