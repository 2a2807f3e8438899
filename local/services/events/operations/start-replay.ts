import type { JsonObject } from '../../../cloud/service.ts';
import { type Archive, isActive, type Replay } from '../archive.ts';
import { checkMembers, NAME_PATTERN } from '../constraints.ts';
import type { EventsEngine } from '../events-engine.ts';
import { alreadyExists, limitExceeded, validationError } from '../events-error.ts';
import { listMember, numberMember, objectMember, textMember } from '../request-members.ts';
import { expireEvents } from './archives.ts';

const MAX_ACTIVE_REPLAYS = 10;
/** Puts the events that an archive kept during a time on the bus that they came from, once more. */
export function startReplay(engine: EventsEngine, input: JsonObject): JsonObject {
  checkMembers(input, {
    ReplayName: { required: true, minLength: 1, maxLength: 64, pattern: NAME_PATTERN },
    EventSourceArn: { required: true, minLength: 1, maxLength: 1600 },
    EventStartTime: { required: true },
    EventEndTime: { required: true },
    Destination: { required: true },
  });
  const { archive, replay } = newReplay(engine, input);
  const active = [...engine.replays.values()].filter(isActive).length;
  if (active >= MAX_ACTIVE_REPLAYS) throw limitExceeded();
  engine.replays.set(replay.name, replay);
  engine.changed.replay(replay);
  engine.replaying.begin(replay, archive);
  return { ReplayArn: replay.arn, State: replay.state, ReplayStartTime: replay.startedMs / 1000 };
}

function newReplay(engine: EventsEngine, input: JsonObject): { readonly archive: Archive; readonly replay: Replay } {
  const destination = objectMember(input, 'Destination') ?? {};
  const name = textMember(input, 'ReplayName') ?? '';
  const fromMs = (numberMember(input, 'EventStartTime') ?? 0) * 1000;
  const toMs = (numberMember(input, 'EventEndTime') ?? 0) * 1000;
  if (fromMs >= toMs) {
    throw validationError('Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.');
  }
  const bus = engine.bus(textMember(destination, 'Arn'));
  const archive = sourceArchive(engine, textMember(input, 'EventSourceArn') ?? '');
  expireEvents(engine, archive);
  if (archive.sourceArn !== bus.arn) {
    throw validationError('Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.');
  }
  if (engine.replays.has(name)) throw alreadyExists(`Replay ${name}`);
  const replay: Replay = {
    name,
    arn: engine.cloud.arn('events', `replay/${name}`),
    description: textMember(input, 'Description'),
    archiveArn: archive.arn,
    destinationArn: bus.arn,
    filterArns: listMember(destination, 'FilterArns').map(String),
    fromMs,
    toMs,
    startedMs: engine.cloud.clock.now(),
    beforeOrdinal: archive.events.nextOrdinal,
    fromMinute: 0,
    state: 'STARTING',
    endedMs: undefined,
    lastReplayedMs: undefined,
  };
  return { archive, replay };
}

function sourceArchive(engine: EventsEngine, arn: string): Archive {
  const name = arn.slice(arn.indexOf('/') + 1);
  const archive = engine.archives.get(name);
  if (archive) return archive;
  throw validationError(`Parameter EventSourceArn is not valid. Reason: Archive ${name} does not exist.`);
}
