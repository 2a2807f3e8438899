import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { isActive, type Replay } from '../archive.ts';
import type { EventsEngine } from '../events-engine.ts';
import { page, present, textMember } from '../request-members.ts';

export function describeReplay(engine: EventsEngine, input: JsonObject): JsonObject {
  const replay = engine.replay(textMember(input, 'ReplayName') ?? '');
  return present({
    ...summary(replay),
    ReplayArn: replay.arn,
    Description: replay.description,
    Destination: present({
      Arn: replay.destinationArn,
      FilterArns: replay.filterArns.length > 0 ? replay.filterArns : undefined,
    }),
  });
}

export function listReplays(engine: EventsEngine, input: JsonObject): JsonObject {
  const prefix = textMember(input, 'NamePrefix') ?? '';
  const state = textMember(input, 'State');
  const sourceArn = textMember(input, 'EventSourceArn');
  const replays = [...engine.replays.values()].filter(
    replay =>
      replay.name.startsWith(prefix) &&
      (state === undefined || replay.state === state) &&
      (sourceArn === undefined || replay.archiveArn === sourceArn),
  );
  const { items, nextToken } = page(input, replays);
  return present({ Replays: items.map(summary), NextToken: nextToken });
}

/** The replay ends before its next events. */
export function cancelReplay(engine: EventsEngine, input: JsonObject): JsonObject {
  const replay = engine.replay(textMember(input, 'ReplayName') ?? '');
  if (!isActive(replay) || replay.state === 'CANCELLING') {
    throw new AwsError('IllegalStatusException', `Replay ${replay.name} is not in a valid state for this operation.`);
  }
  replay.state = 'CANCELLING';
  engine.changed.replay(replay);
  return { ReplayArn: replay.arn, State: replay.state };
}

function summary(replay: Replay): JsonObject {
  return present({
    ReplayName: replay.name,
    EventSourceArn: replay.archiveArn,
    State: replay.state,
    EventStartTime: replay.fromMs / 1000,
    EventEndTime: replay.toMs / 1000,
    EventLastReplayedTime: seconds(replay.lastReplayedMs),
    ReplayStartTime: replay.startedMs / 1000,
    ReplayEndTime: seconds(replay.endedMs),
  });
}

function seconds(timeMs: number | undefined): number | undefined {
  return timeMs === undefined ? undefined : timeMs / 1000;
}
