/** What EventBridge is configured with and what its archives hold, as the journal keeps it. */
import type { Cloud } from '../../cloud/cloud.ts';
import type { Archive, Replay } from './archive.ts';
import { ArchivedEvents } from './archived-events.ts';
import { busEvent, type EventMembers, eventMembers } from './bus-event.ts';
import type { ApiDestination, Connection } from './connection.ts';
import type { EventBus, Rule, Target } from './event-bus.ts';
import { compilePattern } from './pattern/event-pattern.ts';

/** By name, all of them. */
export interface EventsState {
  readonly buses: Map<string, EventBus>;
  readonly archives: Map<string, Archive>;
  readonly replays: Map<string, Replay>;
  readonly connections: Map<string, Connection>;
  readonly apiDestinations: Map<string, ApiDestination>;
}

/** To be told of everything that is put, changed or deleted. */
export interface EventsChanges {
  bus(bus: EventBus): void;
  rule(rule: Rule): void;
  archive(archive: Archive): void;
  replay(replay: Replay): void;
  connection(connection: Connection): void;
  apiDestination(destination: ApiDestination): void;
  /** The events of an archive that is about to be made. */
  newArchivedEvents(archiveName: string): ArchivedEvents;
}

type Tags = readonly (readonly [string, string])[];
type StoredBus = Omit<EventBus, 'rules' | 'tags'> & { readonly tags: Tags };
type StoredRule = Omit<Rule, 'pattern' | 'targets' | 'tags'> & {
  readonly pattern?: string;
  readonly targets: readonly Target[];
  readonly tags: Tags;
};
type StoredArchive = Omit<Archive, 'pattern' | 'events'> & { readonly pattern?: string };
type StoredDestination = Omit<ApiDestination, 'freeAtMs'>;

/** Takes back what is there into the maps, and keeps them from now on. */
export function keepEvents(cloud: Cloud, state: EventsState): EventsChanges {
  const { journal } = cloud;
  const bus = keepBuses(cloud, state);
  const rule = keepRules(cloud, state);
  const { archive, newArchivedEvents } = keepArchives(cloud, state);
  const replay = keepMap(cloud, { name: 'events/replays', map: state.replays });
  const connection = keepMap(cloud, { name: 'events/connections', map: state.connections });
  const apiDestination = journal.keep<StoredDestination>({
    name: 'events/api-destinations',
    keys: () => state.apiDestinations.keys(),
    read: name => state.apiDestinations.get(name),
    restore: (name, stored) => state.apiDestinations.set(name, { ...stored, freeAtMs: 0 }),
  });
  return {
    bus: ({ name }) => bus(name),
    rule: changed => rule(ruleKey(changed)),
    archive,
    replay: ({ name }) => replay(name),
    connection: ({ name }) => connection(name),
    apiDestination: ({ name }) => apiDestination(name),
    newArchivedEvents,
  };
}

/** For records that are plain data throughout. */
function keepMap<Kept>({ journal }: Cloud, { name, map }: { readonly name: string; readonly map: Map<string, Kept> }) {
  return journal.keep<Kept>({
    name,
    keys: () => map.keys(),
    read: key => map.get(key),
    restore: (key, stored) => map.set(key, stored),
  });
}

function keepBuses({ journal }: Cloud, { buses }: EventsState) {
  return journal.keep<StoredBus>({
    name: 'events/buses',
    keys: () => buses.keys(),
    read: name => {
      const bus = buses.get(name);
      if (!bus) return undefined;
      const { rules: _, tags, ...stored } = bus;
      return { ...stored, tags: [...tags] };
    },
    restore: (name, stored) => buses.set(name, { ...stored, rules: new Map(), tags: new Map(stored.tags) }),
  });
}

function keepRules({ journal }: Cloud, { buses }: EventsState) {
  return journal.keep<StoredRule>({
    name: 'events/rules',
    keys: () => [...buses.values()].flatMap(bus => [...bus.rules.values()].map(ruleKey)),
    read: key => {
      const [busName = '', name = ''] = key.split('/');
      const rule = buses.get(busName)?.rules.get(name);
      if (!rule) return undefined;
      const { pattern, targets, tags, ...stored } = rule;
      return { ...stored, ...patternText(pattern), targets: [...targets.values()], tags: [...tags] };
    },
    restore: (_, stored) => {
      buses.get(stored.busName)?.rules.set(stored.name, {
        ...stored,
        pattern: compiled(stored.pattern),
        targets: new Map(stored.targets.map(target => [target.Id, target])),
        tags: new Map(stored.tags),
      });
    },
  });
}

function keepArchives({ journal }: Cloud, { archives }: EventsState) {
  const newArchivedEvents = (name: string) =>
    journal.durable ? new ArchivedEvents(ordinal => touchEvent(`${name}/${ordinal}`)) : new ArchivedEvents();
  const touchArchive = journal.keep<StoredArchive>({
    name: 'events/archives',
    keys: () => archives.keys(),
    read: name => {
      const archive = archives.get(name);
      if (!archive) return undefined;
      const { pattern, events: _, ...stored } = archive;
      return { ...stored, ...patternText(pattern) };
    },
    restore: (name, stored) =>
      archives.set(name, { ...stored, pattern: compiled(stored.pattern), events: newArchivedEvents(name) }),
  });
  const touchEvent = journal.keep<EventMembers>({
    name: 'events/archived-events',
    keys: () => archivedKeys(archives.values()),
    read: key => {
      const [name = '', ordinal] = key.split('/');
      const event = archives.get(name)?.events.at(Number(ordinal));
      return event && eventMembers(event);
    },
    restore: (key, members) => {
      const [name = '', ordinal] = key.split('/');
      archives.get(name)?.events.restore(Number(ordinal), busEvent(members));
    },
  });
  const archive = (changed: Archive) => {
    touchArchive(changed.name);
    if (archives.get(changed.name) === changed || !journal.durable) return;
    for (const key of archivedKeys([changed])) touchEvent(key); // deleted
  };
  return { archive, newArchivedEvents };
}

function* archivedKeys(archives: Iterable<Archive>): Iterable<string> {
  for (const { name, events } of archives) for (const ordinal of events.ordinals()) yield `${name}/${ordinal}`;
}

function ruleKey({ busName, name }: Rule): string {
  return `${busName}/${name}`;
}

function patternText(pattern: Rule['pattern']): { readonly pattern?: string } {
  return pattern ? { pattern: pattern.text } : {};
}

function compiled(pattern: string | undefined): Rule['pattern'] {
  return pattern === undefined ? undefined : compilePattern(pattern);
}
