/** Point-in-time recovery: remembered and described; there is nothing to recover from. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { type Database, tableNameOf } from '../database.ts';
import { readFlag, readInteger, readObject, required } from '../request.ts';
import type { Table } from '../table.ts';

const MEMBER = 'PointInTimeRecoverySpecification';

/** UpdateContinuousBackups. */
export function updateContinuousBackups(database: Database, input: JsonObject): JsonObject {
  const table = findBackedUpTable(database, input);
  const specification = required(readObject(input, MEMBER), MEMBER);
  const recovery = table.pointInTimeRecovery;
  recovery.enabled = required(readFlag(specification, 'PointInTimeRecoveryEnabled'), `${MEMBER}.enabled`);
  recovery.recoveryPeriodDays = readInteger(specification, 'RecoveryPeriodInDays', 1) ?? recovery.recoveryPeriodDays;
  database.changes.table(table.name);
  return describedBackups(database, table);
}

/** DescribeContinuousBackups. */
export function describeContinuousBackups(database: Database, input: JsonObject): JsonObject {
  return describedBackups(database, findBackedUpTable(database, input));
}

function describedBackups(database: Database, { createdAtMs, pointInTimeRecovery }: Table): JsonObject {
  const recovery = pointInTimeRecovery.enabled
    ? {
        PointInTimeRecoveryStatus: 'ENABLED',
        RecoveryPeriodInDays: pointInTimeRecovery.recoveryPeriodDays,
        EarliestRestorableDateTime: createdAtMs / 1000,
        LatestRestorableDateTime: database.cloud.clock.now() / 1000,
      }
    : { PointInTimeRecoveryStatus: 'DISABLED' };
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: recovery,
    },
  };
}

function findBackedUpTable(database: Database, input: JsonObject): Table {
  const name = tableNameOf(database, input.TableName);
  const table = database.tables.get(name);
  if (!table) throw new AwsError('TableNotFoundException', `Table not found: ${name}`);
  return table;
}
