import { type DeployedResource, deployedResources } from '../catalogue/wiring/deployed-resources.ts';
import { isRecord, recordsOf, textOf } from '../catalogue/wiring/template-values.ts';

/** A rule of the template that waits for events. */
export interface DeployedRule {
  readonly name: string;
  readonly description: string | undefined;
  readonly bus: string;
  readonly isEnabled: boolean;
  readonly pattern: object;
  readonly targets: readonly RuleTarget[];
}

/** Where a rule sends what it lets through. */
export interface RuleTarget {
  /** `queue millrace-dev-sales-projection` */
  readonly text: string;
  /** The functions that read the queue. */
  readonly consumers: readonly string[];
  /** Whether it is given something else than the whole event. */
  readonly isTransformed: boolean;
}

const KINDS: Readonly<Record<string, string>> = {
  sqs: 'queue',
  lambda: 'function',
  states: 'workflow',
  sns: 'topic',
  kinesis: 'stream',
  events: 'bus',
};

/** The rules of a cloud assembly, by bus and name; those with a schedule alone are left out. */
export function deployedRules(assemblyFolder: string): readonly DeployedRule[] {
  const resources = deployedResources(assemblyFolder);
  return resources
    .flatMap(resource => (resource.type === 'AWS::Events::Rule' ? ruleOf(resource, resources) : []))
    .sort((a, b) => (`${a.bus}|${a.name}` < `${b.bus}|${b.name}` ? -1 : 1));
}

function ruleOf(
  { name, properties }: DeployedResource,
  resources: readonly DeployedResource[],
): readonly DeployedRule[] {
  const { EventPattern: given, EventBusName: bus = 'default', Description: description, State: state } = properties;
  const pattern: unknown = typeof given === 'string' ? JSON.parse(given) : given;
  if (!isRecord(pattern)) return [];
  return [
    {
      name,
      description: textOf(description),
      bus: nameOf(String(bus)),
      isEnabled: state !== 'DISABLED',
      pattern,
      targets: recordsOf(properties.Targets).map(target => targetOf(target, resources)),
    },
  ];
}

function targetOf(target: Readonly<Record<string, unknown>>, resources: readonly DeployedResource[]): RuleTarget {
  const arn = String(target.Arn);
  const kind = KINDS[arn.split(':')[2] ?? ''] ?? 'target';
  return {
    text: `${kind} ${nameOf(arn)}`,
    consumers: consumersOf(arn, resources),
    isTransformed: ['Input', 'InputPath', 'InputTransformer'].some(member => target[member] !== undefined),
  };
}

function consumersOf(queueArn: string, resources: readonly DeployedResource[]): readonly string[] {
  return resources
    .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => nameOf(String(properties.EventSourceArn)) === nameOf(queueArn))
    .map(({ properties }) => nameOf(String(properties.FunctionName)));
}

function nameOf(arn: string): string {
  return arn.split(/[:/]/).at(-1) ?? arn;
}
