import { z } from 'zod';
import type { JsonObject } from '../../../cloud/service.ts';
import { FUNCTION_CODE, prepareCode } from '../function-code.ts';
import { functionConfiguration } from '../function-configuration.ts';
import type { FunctionRecord, FunctionVersion } from '../function-record.ts';
import { applySettings, FUNCTION_SETTINGS } from '../function-settings.ts';
import type { LambdaOperation, LambdaParts } from '../lambda-parts.ts';
import { parseInput } from '../parse-input.ts';

const CONFIGURATION_INPUT = FUNCTION_SETTINGS.extend({ FunctionName: z.string() });
const CODE_INPUT = FUNCTION_CODE.extend({ FunctionName: z.string() });

export const updateFunctionConfiguration: LambdaOperation = lambda => input => {
  const request = parseInput(CONFIGURATION_INPUT, input);
  const record = lambda.functions.get(request.FunctionName);
  return replaceLatest(lambda, record, { settings: applySettings(record.latest.settings, request) });
};

export const updateFunctionCode: LambdaOperation = lambda => input => {
  const request = parseInput(CODE_INPUT, input);
  const record = lambda.functions.get(request.FunctionName);
  return replaceLatest(lambda, record, { code: prepareCode(lambda.cloud, request) });
};

/** Environments of the old revision end, unless a published version still runs on it. */
function replaceLatest(lambda: LambdaParts, record: FunctionRecord, changes: Partial<FunctionVersion>): JsonObject {
  const { revisionId } = record.latest;
  record.latest = {
    ...record.latest,
    ...changes,
    revisionId: lambda.cloud.ids.uuid(),
    lastModifiedMs: lambda.cloud.clock.now(),
  };
  lambda.functions.changed(record);
  lambda.host.retire(revisionId);
  return functionConfiguration(record, record.latest);
}
