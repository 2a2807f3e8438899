/** The values of a template's parameters: given by the app, by default, or read from Parameter Store. */
import type { Template, TemplateParameter } from './template.ts';
import { UNKNOWN } from './unknown.ts';

const SSM_TYPE = /^AWS::SSM::Parameter::Value<(.+)>$/;
/** The CDK's bootstrap stack has no part here; any version satisfies its rule. */
const BOOTSTRAP_PARAMETER = /^\/cdk-bootstrap\//;
const BOOTSTRAP_VERSION = '30';

export interface ParameterOptions {
  readonly given: Readonly<Record<string, string>>;
  /** The value of a Parameter Store parameter; not given while the template is only being checked. */
  readonly stored?: ReadonlyMap<string, string>;
  fail(parameter: string, reason: string): unknown;
}

export function parameterValues(template: Template, options: ParameterOptions): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [name, parameter] of Object.entries(template.parameters)) {
    values.set(name, parameterValue(name, parameter, options));
  }
  return values;
}

/** The names in Parameter Store that the template's parameters read. */
export function storedParameterNames(template: Template, given: Readonly<Record<string, string>>): string[] {
  return Object.entries(template.parameters)
    .filter(([, { Type }]) => SSM_TYPE.test(Type))
    .map(([name, { Default }]) => String(given[name] ?? Default))
    .filter(name => !BOOTSTRAP_PARAMETER.test(name));
}

function parameterValue(name: string, parameter: TemplateParameter, options: ParameterOptions): unknown {
  const plain = options.given[name] ?? parameter.Default;
  if (plain === undefined) return options.fail(name, 'the parameter has no default and no value was given');
  if (parameter.AllowedValues && !parameter.AllowedValues.map(String).includes(String(plain))) {
    return options.fail(name, `'${String(plain)}' is not one of ${parameter.AllowedValues.join(', ')}`);
  }
  const storedType = SSM_TYPE.exec(parameter.Type)?.[1];
  if (storedType === undefined) return typed(parameter.Type, String(plain));
  if (BOOTSTRAP_PARAMETER.test(String(plain))) return BOOTSTRAP_VERSION;
  if (!options.stored) return UNKNOWN;
  const stored = options.stored.get(String(plain));
  return stored === undefined
    ? options.fail(name, `Unable to fetch parameters [${String(plain)}] from parameter store for this account.`)
    : typed(storedType, stored);
}

function typed(type: string, text: string): unknown {
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
  return isList ? text.split(',').map(item => item.trim()) : text;
}
