import { z } from 'zod';
import { AwsError } from '../../cloud/aws-error.ts';
import { RESERVED_VARIABLES } from '../../invoke/environment-variables.ts';
import type { FunctionSettings } from './function-record.ts';

const LONGEST_TIMEOUT_S = 900;
const LONGEST_ENVIRONMENT_BYTES = 4096;

/** The settings as CreateFunction and UpdateFunctionConfiguration take them. */
export const FUNCTION_SETTINGS = z.object({
  Handler: z.string().optional(),
  Runtime: z.string().optional(),
  Role: z.string().optional(),
  Description: z.string().max(256).optional(),
  Timeout: z.number().int().min(1).max(LONGEST_TIMEOUT_S).optional(),
  MemorySize: z.number().int().min(128).max(10_240).optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()).optional() }).optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string().optional() }).optional(),
  TracingConfig: z.object({ Mode: z.enum(['Active', 'PassThrough']).optional() }).optional(),
  EphemeralStorage: z.object({ Size: z.number().int().min(512).max(10_240) }).optional(),
  LoggingConfig: z
    .object({
      LogFormat: z.enum(['Text', 'JSON']).optional(),
      LogGroup: z.string().optional(),
      ApplicationLogLevel: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']).optional(),
      SystemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).optional(),
    })
    .optional(),
  Architectures: z.array(z.enum(['x86_64', 'arm64'])).optional(),
});

export type SettingsInput = z.infer<typeof FUNCTION_SETTINGS>;

export function defaultSettings(functionName: string): FunctionSettings {
  return {
    Handler: '',
    Runtime: '',
    Role: '',
    Description: '',
    Timeout: 3,
    MemorySize: 128,
    Environment: { Variables: {} },
    TracingConfig: { Mode: 'PassThrough' },
    EphemeralStorage: { Size: 512 },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${functionName}` },
    Architectures: ['x86_64'],
  };
}

/** The settings after a request has changed some of them. @throws AwsError InvalidParameterValueException */
export function applySettings(current: FunctionSettings, input: SettingsInput): FunctionSettings {
  const variables = input.Environment?.Variables;
  if (variables) checkVariables(variables);
  return {
    Handler: input.Handler ?? current.Handler,
    Runtime: input.Runtime ?? current.Runtime,
    Role: input.Role ?? current.Role,
    Description: input.Description ?? current.Description,
    Timeout: input.Timeout ?? current.Timeout,
    MemorySize: input.MemorySize ?? current.MemorySize,
    Environment: variables ? { Variables: variables } : current.Environment,
    DeadLetterConfig: input.DeadLetterConfig ?? current.DeadLetterConfig,
    TracingConfig: { Mode: input.TracingConfig?.Mode ?? current.TracingConfig.Mode },
    EphemeralStorage: input.EphemeralStorage ?? current.EphemeralStorage,
    LoggingConfig: loggingOf(current.LoggingConfig, input.LoggingConfig),
    Architectures: input.Architectures ?? current.Architectures,
  };
}

/** Levels are for JSON lines only. @throws AwsError InvalidParameterValueException */
function loggingOf(
  current: FunctionSettings['LoggingConfig'],
  input: SettingsInput['LoggingConfig'],
): FunctionSettings['LoggingConfig'] {
  const LogFormat = input?.LogFormat ?? current.LogFormat;
  const LogGroup = input?.LogGroup ?? current.LogGroup;
  const { ApplicationLogLevel, SystemLogLevel } = input ?? {};
  if (LogFormat === 'Text') {
    if (ApplicationLogLevel === undefined && SystemLogLevel === undefined) return { LogFormat, LogGroup };
    throw new AwsError(
      'InvalidParameterValueException',
      'LogFormat must be JSON in order to set ApplicationLogLevel or SystemLogLevel.',
    );
  }
  return {
    LogFormat,
    LogGroup,
    ApplicationLogLevel: ApplicationLogLevel ?? current.ApplicationLogLevel ?? 'INFO',
    SystemLogLevel: SystemLogLevel ?? current.SystemLogLevel ?? 'INFO',
  };
}

function checkVariables(variables: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(variables).filter(name => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    throw new AwsError(
      'InvalidParameterValueException',
      'Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. ' +
        `Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const sizeBytes = Buffer.byteLength(JSON.stringify(variables));
  if (sizeBytes > LONGEST_ENVIRONMENT_BYTES) {
    throw new AwsError(
      'InvalidParameterValueException',
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${JSON.stringify(variables)}`,
    );
  }
}
