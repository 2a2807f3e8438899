import type { EventWay } from '../flow/event-way.ts';
import type { DeployedResource } from '../wiring/deployed-resources.ts';
import { shortName } from '../wiring/part.ts';
import { numberOf, recordsOf, textOf, valueAt } from '../wiring/template-values.ts';

/** How long events of a type are kept in one place. */
export interface Retention {
  readonly where: string;
  readonly what: string;
  /** `24 hours`, `14 days` */
  readonly kept: string;
}

const HOUR_SECONDS = 3600;

/** Where events of a type are kept, and for how long. @param isArchived whether an archive's pattern lets the type through */
export function eventRetention(
  way: EventWay,
  resources: readonly DeployedResource[],
  isArchived: (pattern: unknown) => boolean,
): readonly Retention[] {
  return [
    ...way.streams.map(stream => ({
      where: `stream ${stream.name}`,
      what: 'every accepted event, to be read again',
      kept: hours(numberOf(stream.properties.RetentionPeriodHours) ?? 24),
    })),
    ...archives(way, resources)
      .filter(({ pattern }) => isArchived(pattern))
      .map(({ retention }) => retention),
    ...way.consumers.flatMap(({ source }) => queueRetention(source.properties, source.name, source.kind, resources)),
    ...way.consumers.flatMap(({ rule, source }) =>
      recordsOf(rule?.properties.Targets).flatMap(target => {
        const lost = queueByArn(resources, textOf(valueAt(target, 'DeadLetterConfig', 'Arn')));
        if (!lost || target.Arn !== source.id) return [];
        return [
          {
            where: `queue ${shortName(lost.name)}`,
            what: 'what the bus could not deliver',
            kept: queueKept(lost.properties),
          },
        ];
      }),
    ),
    ...buckets(way, resources),
  ];
}

function archives(
  way: EventWay,
  resources: readonly DeployedResource[],
): readonly { readonly pattern: unknown; readonly retention: Retention }[] {
  const buses = new Set(way.buses.map(({ id }) => id));
  return resources
    .filter(({ type, properties }) => type === 'AWS::Events::Archive' && buses.has(String(properties.SourceArn)))
    .map(({ name, properties }) => ({
      pattern: properties.EventPattern,
      retention: {
        where: `archive ${shortName(name)}`,
        what: 'every fact, for replay',
        kept: days(numberOf(properties.RetentionDays) ?? 0),
      },
    }));
}

function queueRetention(
  properties: Readonly<Record<string, unknown>>,
  name: string,
  kind: string,
  resources: readonly DeployedResource[],
): readonly Retention[] {
  if (kind !== 'queue') return [];
  const failed = queueByArn(resources, textOf(valueAt(properties, 'RedrivePolicy', 'deadLetterTargetArn')));
  return [
    { where: `queue ${name}`, what: 'until it is consumed', kept: queueKept(properties) },
    ...(failed
      ? [
          {
            where: `queue ${shortName(failed.name)}`,
            what: 'what its consumer failed on',
            kept: queueKept(failed.properties),
          },
        ]
      : []),
  ];
}

/** The quarantine keeps what came in and was refused; the claim checks keep what is too large for the bus. */
function buckets(way: EventWay, resources: readonly DeployedResource[]): readonly Retention[] {
  const wanted = way.streams.length > 0 ? 'quarantine' : 'claim-check';
  const what = way.streams.length > 0 ? 'what cannot be read or processed' : 'what is too large for the bus';
  return resources
    .filter(({ type, name }) => type === 'AWS::S3::Bucket' && shortName(name).startsWith(`${wanted}-0`))
    .flatMap(bucket => {
      const rules = recordsOf(valueAt(bucket.properties, 'LifecycleConfiguration', 'Rules'));
      const kept = rules.flatMap(rule => numberOf(rule.ExpirationInDays) ?? [])[0];
      return kept === undefined ? [] : [{ where: `bucket ${wanted}`, what, kept: days(kept) }];
    });
}

function queueByArn(resources: readonly DeployedResource[], arn: string | undefined): DeployedResource | undefined {
  return resources.find(resource => resource.arn === arn);
}

function queueKept(properties: Readonly<Record<string, unknown>>): string {
  return hours((numberOf(properties.MessageRetentionPeriod) ?? 4 * 24 * HOUR_SECONDS) / HOUR_SECONDS);
}

function hours(count: number): string {
  return count > 24 && count % 24 === 0 ? days(count / 24) : `${count} hours`;
}

function days(count: number): string {
  if (count === 0) return 'for ever';
  return count === 1 ? '1 day' : `${count} days`;
}
