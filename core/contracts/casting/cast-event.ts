/** Where readers get events in the version that they know, whoever wrote them. */
import type { CloudEvent } from '../../events/cloud-event.ts';
import type { EventContract } from '../../events/event-contract.ts';
import { compareVersions, declaredVersion, schemaUri } from '../registry/schema-version.ts';
import { filledData, hasDefaults, trimmedData } from './cast-data.ts';
import type { DataShape } from './data-shape.ts';

/** A version of a schema, as far as events are cast to it. */
export interface CastTarget {
  readonly type: string;
  readonly version: string;
  readonly shape: DataShape;
}

/**
 * Casts events of a type to one minor version of it: what the version has a default for is filled in; of an event that
 * declares a newer version, what this one does not know is left out.
 */
export function minorCast({ type, version, shape }: CastTarget): (event: CloudEvent) => CloudEvent {
  const fills = hasDefaults(shape);
  const dataschema = schemaUri(type, version);
  return event => {
    const declared = declaredVersion(event);
    const isNewer = declared !== undefined && compareVersions(declared, version) > 0;
    if (!fills && !isNewer) return event;
    const known = isNewer ? trimmedData(shape, event.data) : event.data;
    const data = fills ? filledData(shape, known) : known;
    return data === event.data && !isNewer ? event : { ...event, data, dataschema };
  };
}

/** Gives each event in the version that its reader knows; events of other types as they are. */
export function readerCast<Agreed extends CloudEvent>(
  contracts: readonly EventContract<Agreed>[],
): (event: CloudEvent) => Agreed {
  const casts = new Map(contracts.flatMap(({ type, cast }) => (cast ? [[type, cast] as const] : [])));
  return event => {
    const cast = casts.get(event.type);
    return (cast ? cast(event) : event) as Agreed; // the contract of its type says so
  };
}
