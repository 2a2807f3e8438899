import type { Cloud } from '../../cloud/cloud.ts';
import type { Archive, Replay } from './archive.ts';
import type { ApiDestination, Connection } from './connection.ts';
import { DEFAULT_BUS, type EventBus, type Rule } from './event-bus.ts';
import { EventRouter } from './event-router.ts';
import { notFound } from './events-error.ts';
import { type EventsChanges, keepEvents } from './events-journal.ts';
import { Replaying } from './replaying.ts';
import { RuleSchedules } from './rule-schedules.ts';

/** The state of EventBridge in one account and region, and what acts on it by itself. */
export class EventsEngine {
  readonly cloud: Cloud;
  readonly router: EventRouter;
  readonly schedules: RuleSchedules;
  readonly replaying: Replaying;
  /** To be told of every change to what follows. */
  readonly changed: EventsChanges;
  /** By name. */
  readonly buses = new Map<string, EventBus>();
  /** By name. */
  readonly archives = new Map<string, Archive>();
  /** By name. */
  readonly replays = new Map<string, Replay>();
  /** By name. */
  readonly connections = new Map<string, Connection>();
  /** By name. */
  readonly apiDestinations = new Map<string, ApiDestination>();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.router = new EventRouter(cloud);
    this.changed = keepEvents(cloud, this);
    this.schedules = new RuleSchedules(cloud, { router: this.router, onRun: rule => this.changed.rule(rule) });
    this.replaying = new Replaying(cloud, {
      router: this.router,
      archives: this.archives,
      onProgress: replay => this.changed.replay(replay),
    });
    for (const bus of this.buses.values()) for (const rule of bus.rules.values()) this.router.listen(bus.arn, rule);
    for (const archive of this.archives.values()) this.router.keep(archive);
    if (!this.findBus(DEFAULT_BUS)) this.changed.bus(this.addBus(DEFAULT_BUS));
    const interrupted = [...this.replays.values()];
    cloud.journal.onResume(() => {
      for (const { rules } of this.buses.values()) for (const rule of rules.values()) this.schedules.resume(rule);
      this.router.resume();
      for (const replay of interrupted) this.replaying.resume(replay);
    });
  }

  /** The caller says that it has changed, when it is all that it is to be. */
  addBus(name: string): EventBus {
    const now = this.cloud.clock.now();
    const bus: EventBus = {
      name,
      arn: this.cloud.arn('events', `event-bus/${name}`),
      createdMs: now,
      modifiedMs: now,
      description: undefined,
      deadLetterArn: undefined,
      policy: [],
      rules: new Map(),
      tags: new Map(),
    };
    this.buses.set(name, bus);
    return bus;
  }

  /** @param nameOrArn the default bus when left out */
  findBus(nameOrArn: string | undefined): EventBus | undefined {
    return this.buses.get(busName(nameOrArn));
  }

  /** @throws AwsError ResourceNotFoundException */
  bus(nameOrArn: string | undefined): EventBus {
    const bus = this.findBus(nameOrArn);
    if (!bus) throw notFound(`Event bus ${busName(nameOrArn)} does not exist`);
    return bus;
  }

  /** @throws AwsError ResourceNotFoundException */
  rule(bus: EventBus, name: string): Rule {
    const rule = bus.rules.get(name);
    if (!rule) throw notFound(`Rule ${name} does not exist on EventBus ${bus.name}`);
    return rule;
  }

  /** The connection with this ARN, not another one that has taken its name. */
  connectionOf(arn: string): Connection | undefined {
    const connection = this.connections.get(arn.split('/')[1] ?? '');
    return connection?.arn === arn ? connection : undefined;
  }

  /** @throws AwsError ResourceNotFoundException */
  archive(name: string): Archive {
    const archive = this.archives.get(name);
    if (!archive) throw notFound(`Archive ${name} does not exist`);
    return archive;
  }

  /** @throws AwsError ResourceNotFoundException */
  replay(name: string): Replay {
    const replay = this.replays.get(name);
    if (!replay) throw notFound(`Replay ${name} does not exist`);
    return replay;
  }
}

/** The name in an event bus's name or ARN. */
export function busName(nameOrArn: string | undefined): string {
  if (nameOrArn === undefined) return DEFAULT_BUS;
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;
}
