import type { EventReader } from '../event-reader.ts';
import { compareVersions } from '../registry/schema-version.ts';
import { attributeNames } from './bus-event.ts';
import type { EventCatalog } from './event-catalog.ts';
import { suggestion } from './nearest-name.ts';
import { reachedFromAny } from './reached-values.ts';
import { fieldProblem, type RuleProblem } from './rule-problem.ts';
import { placesOf } from './schema-place.ts';

/** Why a consumer cannot read what it says it reads: every version of each type must have every field. */
export function checkReads(reader: EventReader, { versions }: Pick<EventCatalog, 'versions'>): readonly RuleProblem[] {
  return Object.entries(reader.readsFields).flatMap(([type, fields = []]) => {
    const own = versions.filter(version => version.type === type);
    if (own.length === 0) {
      const known = suggestion(type, new Set(versions.map(version => version.type)));
      return [fieldProblem('reads', type, `is read, but there is no such event type${known}`)];
    }
    const claimed = own.filter(({ version }) => compareVersions(version, reader.since?.[type] ?? '') >= 0);
    if (claimed.length === 0) {
      const latest = own.map(({ version }) => version).join(', ');
      const reason = `is read from version ${reader.since?.[type]} on, but there is only ${latest}`;
      return [fieldProblem('reads', type, reason)];
    }
    return claimed.flatMap(({ version, schema }) =>
      fields.flatMap(field => {
        const reason = missingText(field, schema);
        return reason === undefined ? [] : [fieldProblem('reads', field, `is read of ${type}, ${reason(version)}`)];
      }),
    );
  });
}

type Reason = (version: string) => string;

function missingText(field: string, schema: EventCatalog['versions'][number]['schema']): Reason | undefined {
  const [first = '', ...rest] = field.replaceAll('[]', '').split('.');
  if (first !== 'data') {
    if (rest.length === 0 && attributeNames.includes(first)) return undefined;
    return () => `but events have no such attribute${suggestion(first, [...attributeNames, 'data'])}`;
  }
  const reached = reachedFromAny(placesOf(schema, schema), rest);
  if (reached.isDeclared) return undefined;
  const { index = 0, known = [] } = reached.unknown ?? {};
  const meant = suggestion(rest[index] ?? '', known);
  return version => `but version ${version} does not have it${meant}`;
}

/**
 * What does not fit between a consumer and the rules that feed it.
 * @param delivered the types that come to it
 */
export function checkDelivery(reader: EventReader, delivered: readonly string[]): readonly RuleProblem[] {
  const read = Object.keys(reader.readsFields);
  const unread = delivered
    .filter(type => !read.includes(type))
    .map(type => fieldProblem('reads', type, `is delivered to ${reader.name}, which does not say that it reads it`));
  const undelivered = read
    .filter(type => !delivered.includes(type))
    .map(type => fieldProblem('reads', type, `is read by ${reader.name}, but no rule delivers it there`));
  return [...unread, ...undelivered];
}
