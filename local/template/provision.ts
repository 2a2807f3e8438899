/** Makes what the templates of a cloud assembly describe, stack by stack, resource by resource. */
import { AwsError } from '../cloud/aws-error.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { OPERATOR } from '../cloud/principal.ts';
import { findResourceType } from '../resources/registry.ts';
import type { CreatedResource } from '../resources/resource-type.ts';
import type { Assembly, AssemblyStack } from './assembly.ts';
import { resolveReferences } from './dynamic-reference.ts';
import { evaluate } from './evaluate.ts';
import type { Path, Scope } from './intrinsics/intrinsic.ts';
import { parameterValues, storedParameterNames } from './parameters.ts';
import { type FindType, type PlannedResource, type PlannedStack, planAssembly } from './plan.ts';
import { dotted, ProvisioningError } from './problem.ts';
import { parseProperties } from './properties.ts';
import { isWanted, stackScope } from './scope.ts';
import { removeResource, settleResource } from './settle-resource.ts';
import { StackRecords } from './stack-records.ts';

export interface ProvisionedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
}

export interface ProvisionedStack {
  readonly name: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly resources: readonly ProvisionedResource[];
}

export interface Provisioned {
  readonly stacks: readonly ProvisionedStack[];
  /** What became of the resources that an earlier process had left; all 0 and empty when there was none. */
  readonly earlier: EarlierResources;
}

export interface EarlierResources {
  /** Taken as they were. */
  readonly taken: number;
  /** `<stack>/<logical id>`, as are the following. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** No longer in the template, but with data, and therefore still there. */
  readonly left: readonly string[];
}

export interface ProvisionOptions {
  /** Called when a resource has been made. */
  readonly onProgress?: (progress: ProvisionedResource & { stack: string; done: number; total: number }) => void;
  /** @default the registry */
  readonly findType?: FindType;
}

/**
 * Provisions every stack of the assembly.
 *
 * @throws UnsupportedTemplateError before anything is made, naming all that cannot be
 * @throws ProvisioningError when a resource cannot be made after all
 */
export async function provision(
  cloud: Cloud,
  assembly: Assembly,
  options: ProvisionOptions = {},
): Promise<Provisioned> {
  const plans = planAssembly(assembly, { environment: cloud, findType: options.findType ?? findResourceType });
  const total = plans.reduce((sum, plan) => sum + plan.resources.length, 0);
  const exports = new Map<string, unknown>();
  const records = new StackRecords(cloud.journal, cloud.endpoint);
  const earlier = { taken: 0, changed: [] as string[], removed: [] as string[], left: [] as string[] };
  const wanted = new Set<string>();
  const stacks: ProvisionedStack[] = [];
  let done = 0;
  for (const plan of plans) {
    const making = await StackMaking.begin({ cloud, assembly, plan, exports, records, earlier });
    const resources: ProvisionedResource[] = [];
    for (const planned of plan.resources) {
      const resource = await making.make(planned);
      done++;
      if (!resource) continue;
      wanted.add(`${plan.stack.name}/${resource.logicalId}`);
      resources.push(resource);
      options.onProgress?.({ ...resource, stack: plan.stack.name, done, total });
    }
    stacks.push({ name: plan.stack.name, outputs: making.outputs(), resources });
  }
  for (const record of records.newestFirst) {
    const name = `${record.stackName}/${record.logicalId}`;
    if (wanted.has(name)) continue;
    const type = (options.findType ?? findResourceType)(record.type);
    const isRemoved = await removeResource(record, type, { cloud, assembly, records, earlier });
    earlier[isRemoved ? 'removed' : 'left'].push(name);
  }
  return { stacks, earlier };
}

interface MakingOptions {
  readonly cloud: Cloud;
  readonly assembly: Assembly;
  readonly plan: PlannedStack;
  /** Grows with each stack. */
  readonly exports: Map<string, unknown>;
  readonly records: StackRecords;
  readonly earlier: { taken: number; readonly changed: string[] };
}

/** One stack while it is being made. */
class StackMaking {
  readonly #options: MakingOptions;
  readonly #stack: AssemblyStack;
  readonly #created = new Map<string, CreatedResource>();
  readonly #scope: Scope;
  #logicalId: string | undefined;

  static async begin(options: MakingOptions): Promise<StackMaking> {
    const { stack } = options.plan;
    const stored = new Map<string, string>();
    for (const name of storedParameterNames(stack.template, stack.parameters)) {
      const value = await readParameter(options.cloud, name).catch(notThere);
      if (value !== undefined) stored.set(name, value);
    }
    return new StackMaking(options, stored);
  }

  private constructor(options: MakingOptions, stored: ReadonlyMap<string, string>) {
    this.#options = options;
    this.#stack = options.plan.stack;
    this.#scope = stackScope({
      environment: options.cloud,
      stackName: this.#stack.name,
      template: this.#stack.template,
      parameters: parameterValues(this.#stack.template, {
        given: this.#stack.parameters,
        stored,
        fail: (parameter, reason) => this.#fail(['Parameters', parameter], reason),
      }),
      world: {
        ref: logicalId => this.#created.get(logicalId)?.ref,
        attribute: (logicalId, attribute) => attributeOf(this.#created.get(logicalId), attribute),
        importValue: name => options.exports.get(name),
        fail: (path, reason) => this.#fail(path, reason),
      },
    });
  }

  /** @returns undefined when the resource's condition does not hold */
  async make({ logicalId, type, resource }: PlannedResource): Promise<ProvisionedResource | undefined> {
    this.#logicalId = logicalId;
    if (isWanted(resource.Condition, this.#scope, []) === false) return undefined;
    const evaluated = evaluate(resource.Properties ?? {}, ['Properties'], this.#scope);
    try {
      const resolved = await resolveReferences(evaluated, (name, version) =>
        readParameter(this.#options.cloud, version === undefined ? name : `${name}:${version}`),
      );
      const parsed = parseProperties(type, resolved);
      if (!parsed.ok) {
        const [first] = parsed.problems;
        return this.#fail(['Properties', ...(first?.path ?? [])], first?.reason ?? 'the properties do not fit');
      }
      const created = await settleResource(
        { stackName: this.#stack.name, logicalId, type, resolved, properties: parsed.properties },
        this.#options,
      );
      this.#created.set(logicalId, created);
      return { logicalId, type: type.type, physicalId: created.ref };
    } catch (error) {
      if (error instanceof ProvisioningError) throw error;
      return this.#fail([], reasonOf(error), error);
    }
  }

  outputs(): Readonly<Record<string, unknown>> {
    this.#logicalId = undefined;
    const outputs: Record<string, unknown> = {};
    for (const [name, output] of Object.entries(this.#stack.template.outputs)) {
      const path = ['Outputs', name];
      if (isWanted(output.Condition, this.#scope, path) === false) continue;
      outputs[name] = evaluate(output.Value, [...path, 'Value'], this.#scope);
      const exportName = evaluate(output.Export?.Name, [...path, 'Export', 'Name'], this.#scope);
      if (typeof exportName === 'string') this.#options.exports.set(exportName, outputs[name]);
    }
    return outputs;
  }

  #fail(path: Path, reason: string, cause?: unknown): never {
    const logicalId = this.#logicalId;
    const constructPath = logicalId === undefined ? undefined : this.#stack.constructPaths.get(logicalId);
    throw new ProvisioningError(
      {
        stack: this.#stack.name,
        path: dotted(path),
        reason,
        ...(logicalId === undefined ? {} : { logicalId }),
        ...(constructPath === undefined ? {} : { constructPath }),
      },
      cause,
    );
  }
}

/** By the whole name, or step by step into structures (`Endpoint.Address`). */
function attributeOf(created: CreatedResource | undefined, attribute: string): unknown {
  const attributes = created?.attributes;
  if (!attributes) return undefined;
  if (Object.hasOwn(attributes, attribute)) return attributes[attribute];
  return attribute.split('.').reduce<unknown>((part, step) => {
    return typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[step] : undefined;
  }, attributes);
}

async function readParameter(cloud: Cloud, name: string): Promise<string> {
  const answer = await cloud.call<{ Parameter: { Value: string } }>({
    service: 'ssm',
    operation: 'GetParameter',
    input: { Name: name },
    principal: OPERATOR,
  });
  return answer.Parameter.Value;
}

function notThere(error: unknown): undefined {
  if (error instanceof AwsError && error.code === 'ParameterNotFound') return undefined;
  throw error;
}

function reasonOf(error: unknown): string {
  if (error instanceof AwsError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
