import type { JsonObject } from '../../../cloud/service.ts';
import { type Archive, isActive, type Replay } from '../archive.ts';
import { type BusEvent, busEvent } from '../bus-event.ts';
import { checkMembers, NAME_PATTERN } from '../constraints.ts';
import type { EventsEngine } from '../events-engine.ts';
import { alreadyExists, limitExceeded, validationError } from '../events-error.ts';
import { listMember, numberMember, objectMember, textMember } from '../request-members.ts';
import { expireEvents } from './archives.ts';

const MAX_ACTIVE_REPLAYS = 10;
/** Events are replayed in the order of their times, a minute of them together. */
const SLICE_MS = 60_000;
/** Between two slices, and before the first. */
const PAUSE_MS = 1_000;

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
  expireEvents(engine, archive);
  const events = archive.events.filter(({ timeMs }) => timeMs >= replay.fromMs && timeMs < replay.toMs);
  engine.cloud.clock.schedule(PAUSE_MS, () => run(engine, replay, slices(events)));
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

function slices(events: readonly BusEvent[]): BusEvent[][] {
  const byMinute = new Map<number, BusEvent[]>();
  for (const event of events) {
    const minute = Math.floor(event.timeMs / SLICE_MS);
    byMinute.set(minute, [...(byMinute.get(minute) ?? []), event]);
  }
  return [...byMinute].sort(([a], [b]) => a - b).map(([, slice]) => slice);
}

function run(engine: EventsEngine, replay: Replay, slices: readonly BusEvent[][]): void {
  const [slice, ...others] = slices;
  if (replay.state === 'CANCELLING' || !slice) {
    replay.state = replay.state === 'CANCELLING' ? 'CANCELLED' : 'COMPLETED';
    replay.endedMs = engine.cloud.clock.now();
    return;
  }
  replay.state = 'RUNNING';
  const ruleArns = replay.filterArns.length > 0 ? new Set(replay.filterArns) : undefined;
  for (const event of slice) {
    const { json: _, ...members } = event;
    engine.router.route(replay.destinationArn, busEvent({ ...members, replayName: replay.name }), ruleArns);
    replay.lastReplayedMs = event.timeMs;
  }
  engine.cloud.clock.schedule(PAUSE_MS, () => run(engine, replay, others));
}
