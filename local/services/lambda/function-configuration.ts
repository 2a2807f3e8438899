import type { JsonObject } from '../../cloud/service.ts';
import type { FunctionRecord, FunctionVersion } from './function-record.ts';

/** A function as Create, Get and List answer it. */
export function functionConfiguration(record: FunctionRecord, version: FunctionVersion): JsonObject {
  const { settings, code } = version;
  const { DeadLetterConfig: deadLetters, ...rest } = settings;
  return {
    FunctionName: record.name,
    FunctionArn: version.version === '$LATEST' ? record.arn : `${record.arn}:${version.version}`,
    ...rest,
    ...(deadLetters?.TargetArn ? { DeadLetterConfig: deadLetters } : {}),
    CodeSize: code.sizeBytes,
    CodeSha256: code.sha256,
    Version: version.version,
    LastModified: new Date(version.lastModifiedMs).toISOString().replace('Z', '+0000'),
    RevisionId: version.revisionId,
    PackageType: 'Zip',
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}
