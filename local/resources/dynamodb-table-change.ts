/** A table that keeps its items while its template changes: what UpdateTable and its like can do, and nothing else. */
import { isDeepStrictEqual } from 'node:util';
import { OPERATOR } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import type { TablePlan } from './dynamodb-table-parts.ts';
import type { CreatedResource, ResourceContext } from './resource-type.ts';

/** What only a new table could have. */
const FIXED = ['KeySchema', 'LocalSecondaryIndexes', 'SSESpecification'] as const;
const FIXED_OF_INDEX = ['KeySchema', 'Projection'] as const;

type Call = <Output = JsonObject>(operation: string, input: JsonObject) => Promise<Output>;

interface IndexPlan extends JsonObject {
  readonly IndexName: string;
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** @throws when the change needs a new table */
export async function changeTable(
  change: { readonly from: TablePlan; readonly to: TablePlan; readonly created: CreatedResource },
  { cloud }: ResourceContext,
): Promise<CreatedResource> {
  const { from, to, created } = change;
  refuseReplacement(from, to);
  const indexUpdates = changesOfIndexes(from.table, to.table);
  const call: Call = (operation, input) =>
    cloud.call({ service: 'dynamodb', operation, input: { TableName: to.name, ...input }, principal: OPERATOR });
  await changeSettings(call, from.table, to.table);
  if (indexUpdates.length > 0) {
    const { AttributeDefinitions } = to.table;
    await call('UpdateTable', { AttributeDefinitions, GlobalSecondaryIndexUpdates: indexUpdates });
  }
  await changeStream(call, from, to);
  await changeTimeToLive(call, from, to);
  if (!isDeepStrictEqual(from.pointInTimeRecovery, to.pointInTimeRecovery)) {
    const recovery = to.pointInTimeRecovery?.PointInTimeRecoveryEnabled
      ? to.pointInTimeRecovery
      : { PointInTimeRecoveryEnabled: false };
    await call('UpdateContinuousBackups', { PointInTimeRecoverySpecification: recovery });
  }
  await changeTags(call, { arn: created.attributes?.Arn, from: tagsOf(from), to: tagsOf(to) });
  return describe(call, to, created);
}

function refuseReplacement(from: TablePlan, to: TablePlan): void {
  const changed: string[] = FIXED.filter(member => !isDeepStrictEqual(from.table[member], to.table[member]));
  if (from.name !== to.name) changed.unshift('TableName');
  if (changed.length === 0) return;
  throw new Error(
    `Cannot change table ${from.name}: it keeps its items, and another ${changed.join(', ')} needs a new one`,
  );
}

async function changeSettings(call: Call, from: JsonObject, to: JsonObject): Promise<void> {
  const throughput = to.BillingMode === 'PAY_PER_REQUEST' ? {} : { ProvisionedThroughput: to.ProvisionedThroughput };
  const billing = { BillingMode: to.BillingMode ?? 'PROVISIONED', ...throughput };
  const wasBilled = {
    BillingMode: from.BillingMode ?? 'PROVISIONED',
    ProvisionedThroughput: from.ProvisionedThroughput,
  };
  const changes = {
    ...(isDeepStrictEqual({ ProvisionedThroughput: undefined, ...billing }, wasBilled) ? {} : billing),
    ...(from.DeletionProtectionEnabled === to.DeletionProtectionEnabled
      ? {}
      : { DeletionProtectionEnabled: to.DeletionProtectionEnabled ?? false }),
    ...(from.TableClass === to.TableClass ? {} : { TableClass: to.TableClass ?? 'STANDARD' }),
  };
  if (Object.keys(changes).length > 0) await call('UpdateTable', changes);
}

/** @throws when an index would have to be another one */
function changesOfIndexes(from: JsonObject, to: JsonObject): readonly JsonObject[] {
  const before = new Map(indexesOf(from).map(index => [index.IndexName, index]));
  const after = new Map(indexesOf(to).map(index => [index.IndexName, index]));
  const gone = [...before.keys()].filter(name => !after.has(name));
  return [
    ...gone.map(IndexName => ({ Delete: { IndexName } })),
    ...[...after].flatMap(([name, index]) => changeOfIndex(before.get(name), index)),
  ];
}

function changeOfIndex(old: IndexPlan | undefined, index: IndexPlan): JsonObject[] {
  if (!old) return [{ Create: index }];
  const { IndexName, ProvisionedThroughput } = index;
  const changed = FIXED_OF_INDEX.filter(member => !isDeepStrictEqual(old[member], index[member]));
  if (changed.length > 0) {
    throw new Error(`Cannot change index ${IndexName}: another ${changed.join(', ')} needs a new one, of another name`);
  }
  if (!ProvisionedThroughput || isDeepStrictEqual(old.ProvisionedThroughput, ProvisionedThroughput)) return [];
  return [{ Update: { IndexName, ProvisionedThroughput } }];
}

function indexesOf(table: JsonObject): readonly IndexPlan[] {
  return (table.GlobalSecondaryIndexes ?? []) as readonly IndexPlan[]; // checked by the property schema
}

/** Another view type means another stream. */
async function changeStream(call: Call, from: TablePlan, to: TablePlan): Promise<void> {
  if (isDeepStrictEqual(from.stream, to.stream)) return;
  if (from.stream) await call('UpdateTable', { StreamSpecification: { StreamEnabled: false } });
  if (to.stream) await call('UpdateTable', { StreamSpecification: { StreamEnabled: true, ...to.stream } });
}

async function changeTimeToLive(call: Call, from: TablePlan, to: TablePlan): Promise<void> {
  if (isDeepStrictEqual(from.timeToLive, to.timeToLive)) return;
  const set = (Enabled: boolean, AttributeName: string | undefined) =>
    call('UpdateTimeToLive', { TimeToLiveSpecification: { Enabled, AttributeName } });
  if (from.timeToLive?.Enabled) await set(false, from.timeToLive.AttributeName);
  if (to.timeToLive?.Enabled) await set(true, to.timeToLive.AttributeName);
}

async function changeTags(
  call: Call,
  { arn, from, to }: { readonly arn: unknown; readonly from: readonly Tag[]; readonly to: readonly Tag[] },
): Promise<void> {
  const gone = from.map(({ Key }) => Key).filter(key => !to.some(({ Key }) => Key === key));
  if (gone.length > 0) await call('UntagResource', { ResourceArn: arn, TagKeys: gone });
  if (!isDeepStrictEqual(from, to) && to.length > 0) await call('TagResource', { ResourceArn: arn, Tags: to });
}

function tagsOf({ table }: TablePlan): readonly Tag[] {
  return (table.Tags ?? []) as readonly Tag[]; // checked by the property schema
}

async function describe(
  call: Call,
  { stream }: TablePlan,
  { ref, attributes }: CreatedResource,
): Promise<CreatedResource> {
  const { Table } = await call<{ Table: JsonObject }>('DescribeTable', {});
  const { StreamArn: _old, ...rest } = attributes ?? {};
  return { ref, attributes: { ...rest, ...(stream ? { StreamArn: Table.LatestStreamArn } : {}) } };
}
