import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A resource as it will stand in its template. */
export interface RenderedResource {
  readonly resource: CfnResource;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Every resource of some types below a construct. */
export function renderedResources(root: IConstruct, types: ReadonlySet<string>): readonly RenderedResource[] {
  return root.node
    .findAll()
    .filter(CfnResource.isCfnResource)
    .filter(resource => types.has(resource.cfnResourceType))
    .map(rendered);
}

/** Properties with every override and token in them: what the construct shows of itself has neither. */
function rendered(resource: CfnResource): RenderedResource {
  const stack = Stack.of(resource);
  const render: unknown = Reflect.get(resource, '_toCloudFormation'); // public, but left out of the published types
  const fragment: unknown = typeof render === 'function' ? stack.resolve(Reflect.apply(render, resource, [])) : {};
  const logicalId = String(stack.resolve(resource.logicalId));
  const properties = member(member(member(fragment, 'Resources'), logicalId), 'Properties');
  return { resource, logicalId, type: resource.cfnResourceType, properties: isRecord(properties) ? properties : {} };
}

/** A member of a value whose shape is not known; what is not there is `undefined`. */
export function member(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::Events::EventBus': 'Name',
  'AWS::SQS::Queue': 'QueueName',
};

/** Names of resources, whichever way a template refers to them. */
export class PhysicalNames {
  readonly #byStack = new Map<Stack, Map<string, RenderedResource>>();

  constructor(resources: readonly RenderedResource[]) {
    for (const each of resources) {
      const stack = Stack.of(each.resource);
      const known = this.#byStack.get(stack) ?? new Map<string, RenderedResource>();
      this.#byStack.set(stack, known.set(each.logicalId, each));
    }
  }

  /** The name of a bus or queue that a property of `from` names, by itself or in an ARN; `undefined` when that is known later. */
  nameIn(value: unknown, from: CfnResource): string | undefined {
    return this.#text(value, Stack.of(from))?.split(/[:/]/).at(-1);
  }

  /** The name that a resource has. */
  nameOf({ type, properties, resource }: RenderedResource): string | undefined {
    return this.#text(properties[NAME_PROPERTIES[type] ?? 'Name'], Stack.of(resource));
  }

  /** `undefined` unless its end is known. */
  #text(value: unknown, stack: Stack): string | undefined {
    if (typeof value === 'string') return value;
    const reference = member(value, 'Ref') ?? [member(value, 'Fn::GetAtt')].flat()[0];
    if (typeof reference === 'string') {
      const target = this.#byStack.get(stack)?.get(reference.split('.')[0] ?? '');
      return target && this.nameOf(target);
    }
    const [separator, parts] = [member(value, 'Fn::Join')].flat();
    if (typeof separator !== 'string' || !Array.isArray(parts)) return undefined;
    const last = this.#text(parts.at(-1), stack);
    return last === undefined
      ? undefined
      : [...parts.slice(0, -1).map(() => ''), last].join(separator || ' ').trimStart();
  }
}
