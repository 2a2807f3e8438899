import type { QueryLanguage, StateType } from './state-definition.ts';

const ANYWHERE = ['Type', 'Comment', 'QueryLanguage'];
const TRANSITION = ['Next', 'End'];
const PATHS = ['InputPath', 'OutputPath'];
const RESULT = ['ResultPath', 'ResultSelector', 'Parameters'];
const ERRORS = ['Retry', 'Catch'];
const MAP = [
  'ItemProcessor',
  'Iterator',
  'ItemSelector',
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'MaxConcurrency',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'Label',
];

const JSONPATH_FIELDS: Readonly<Record<StateType, readonly string[]>> = {
  Task: [
    ...TRANSITION,
    ...PATHS,
    ...RESULT,
    ...ERRORS,
    'Assign',
    'Resource',
    'Credentials',
    'TimeoutSeconds',
    'TimeoutSecondsPath',
    'HeartbeatSeconds',
    'HeartbeatSecondsPath',
  ],
  Pass: [...TRANSITION, ...PATHS, 'ResultPath', 'Parameters', 'Result', 'Assign'],
  Choice: [...PATHS, 'Choices', 'Default', 'Assign'],
  Wait: [...TRANSITION, ...PATHS, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath', 'Assign'],
  Parallel: [...TRANSITION, ...PATHS, ...RESULT, ...ERRORS, 'Branches', 'Assign'],
  Map: [
    ...TRANSITION,
    ...PATHS,
    ...RESULT,
    ...ERRORS,
    ...MAP,
    'Assign',
    'ItemsPath',
    'MaxConcurrencyPath',
    'ToleratedFailureCountPath',
    'ToleratedFailurePercentagePath',
  ],
  Succeed: PATHS,
  Fail: ['Error', 'ErrorPath', 'Cause', 'CausePath'],
};

const JSONATA_FIELDS: Readonly<Record<StateType, readonly string[]>> = {
  Task: [
    ...TRANSITION,
    ...ERRORS,
    'Arguments',
    'Output',
    'Assign',
    'Resource',
    'Credentials',
    'TimeoutSeconds',
    'HeartbeatSeconds',
  ],
  Pass: [...TRANSITION, 'Output', 'Assign'],
  Choice: ['Choices', 'Default', 'Output', 'Assign'],
  Wait: [...TRANSITION, 'Seconds', 'Timestamp', 'Output', 'Assign'],
  Parallel: [...TRANSITION, ...ERRORS, 'Branches', 'Arguments', 'Output', 'Assign'],
  Map: [...TRANSITION, ...ERRORS, ...MAP, 'Items', 'Output', 'Assign'],
  Succeed: ['Output'],
  Fail: ['Error', 'Cause'],
};

/** Whether a state of this type and language may have a field. */
export function allowsField(type: StateType, language: QueryLanguage, field: string): boolean {
  const fields = language === 'JSONata' ? JSONATA_FIELDS : JSONPATH_FIELDS;
  return ANYWHERE.includes(field) || fields[type].includes(field);
}

const REQUIRED: Readonly<Partial<Record<StateType, readonly string[]>>> = {
  Task: ['Resource'],
  Choice: ['Choices'],
  Parallel: ['Branches'],
};

/** Fields that a state of this type must have. */
export function requiredFields(type: StateType): readonly string[] {
  return REQUIRED[type] ?? [];
}

/** Fields of which a state may have at most one. */
export const EXCLUSIVE_FIELDS: readonly (readonly string[])[] = [
  ['Next', 'End'],
  ['Error', 'ErrorPath'],
  ['Cause', 'CausePath'],
  ['TimeoutSeconds', 'TimeoutSecondsPath'],
  ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
  ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  ['ItemProcessor', 'Iterator'],
  ['ItemSelector', 'Parameters'],
  ['MaxConcurrency', 'MaxConcurrencyPath'],
  ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
  ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
  ['Items', 'ItemReader'],
];

const STATE_TYPES: readonly string[] = Object.keys(JSONPATH_FIELDS);

export function isStateType(value: unknown): value is StateType {
  return typeof value === 'string' && STATE_TYPES.includes(value);
}
