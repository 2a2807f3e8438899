import { z } from 'zod';
import { functionConfiguration } from '../function-configuration.ts';
import type { LambdaOperation } from '../lambda-parts.ts';
import { parseInput } from '../parse-input.ts';

const NAMED = z.object({ FunctionName: z.string() });
const PUBLISH_INPUT = NAMED.extend({ Description: z.string().optional() });

/** Freezes `$LATEST`; publishing twice without a change in between gives the same version. */
export const publishVersion: LambdaOperation = lambda => input => {
  const request = parseInput(PUBLISH_INPUT, input);
  const record = lambda.functions.get(request.FunctionName);
  const newest = record.versions.get(String(record.lastVersion));
  const { settings, code, lastModifiedMs } = record.latest;
  if (newest && newest.lastModifiedMs === lastModifiedMs && newest.code.sha256 === code.sha256) {
    return functionConfiguration(record, newest);
  }
  record.lastVersion++;
  const version = {
    version: String(record.lastVersion),
    settings: { ...settings, Description: request.Description ?? settings.Description },
    code,
    revisionId: lambda.cloud.ids.uuid(),
    lastModifiedMs,
  };
  record.versions.set(version.version, version);
  lambda.functions.changed(record);
  return functionConfiguration(record, version);
};

export const listVersionsByFunction: LambdaOperation = lambda => input => {
  const record = lambda.functions.get(parseInput(NAMED, input).FunctionName);
  const versions = [record.latest, ...record.versions.values()];
  return { Versions: versions.map(version => functionConfiguration(record, version)) };
};
