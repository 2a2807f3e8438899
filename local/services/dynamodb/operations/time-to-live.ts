import type { JsonObject } from '../../../cloud/service.ts';
import { type Database, findNamedTable } from '../database.ts';
import { invalid, readFlag, readObject, readText, required } from '../request.ts';
import { startExpiring, stopExpiring } from '../time-to-live.ts';

/** UpdateTimeToLive: takes effect at once, where AWS takes up to an hour. */
export function updateTimeToLive(database: Database, input: JsonObject): JsonObject {
  const table = findNamedTable(database, input.TableName);
  const specification = required(readObject(input, 'TimeToLiveSpecification'), 'TimeToLiveSpecification');
  const enabled = required(readFlag(specification, 'Enabled'), 'timeToLiveSpecification.enabled');
  const name = required(readText(specification, 'AttributeName'), 'timeToLiveSpecification.attributeName');
  if (name === '') throw invalid('TimeToLiveSpecification AttributeName must not be empty');
  const current = table.timeToLive;
  if (enabled && current === name) throw invalid('TimeToLive is already enabled');
  if (!enabled && current === undefined) throw invalid('TimeToLive is already disabled');
  if (current !== undefined && current !== name) {
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${current}`);
  }
  if (enabled) startExpiring(database, table, name);
  else stopExpiring(database, table);
  return { TimeToLiveSpecification: { AttributeName: name, Enabled: enabled } };
}

/** DescribeTimeToLive. */
export function describeTimeToLive(database: Database, input: JsonObject): JsonObject {
  const { timeToLive } = findNamedTable(database, input.TableName);
  return {
    TimeToLiveDescription: timeToLive
      ? { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive }
      : { TimeToLiveStatus: 'DISABLED' },
  };
}
