/** A CloudFormation template as data: its sections parsed once, expressions inside them left as they stand. */
import { z } from 'zod';

const RESOURCE = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).optional(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
});

const PARAMETER = z.object({
  Type: z.string(),
  Default: z.unknown().optional(),
  AllowedValues: z.array(z.unknown()).optional(),
});

const OUTPUT = z.object({
  Value: z.unknown(),
  Condition: z.string().optional(),
  Export: z.object({ Name: z.unknown() }).optional(),
});

const TEMPLATE = z.object({
  Resources: z.record(z.string(), z.looseObject(RESOURCE.shape)),
  Parameters: z.record(z.string(), PARAMETER).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Outputs: z.record(z.string(), OUTPUT).default({}),
  Rules: z.record(z.string(), z.unknown()).default({}),
});

export type TemplateResource = z.infer<typeof RESOURCE>;
export type TemplateParameter = z.infer<typeof PARAMETER>;
export type TemplateOutput = z.infer<typeof OUTPUT>;
export type Mappings = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

export interface Template {
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly parameters: Readonly<Record<string, TemplateParameter>>;
  readonly mappings: Mappings;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, TemplateOutput>>;
  /** What the template says beyond what can be carried out: section or attribute by logical id. */
  readonly unsupported: readonly { readonly logicalId?: string; readonly path: string; readonly reason: string }[];
}

/** Sections that change nothing about the resources. */
const SILENT_SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  ...Object.keys(TEMPLATE.shape),
]);
/** What happens to a resource when it is replaced or deleted: never, in the embedded cloud. */
const SILENT_ATTRIBUTES = new Set(['UpdateReplacePolicy', 'DeletionPolicy', ...Object.keys(RESOURCE.shape)]);
/** The CDK's own rule about its bootstrap stack, which has no part here. */
const BOOTSTRAP_RULE = 'CheckBootstrapVersion';

/** @throws z.ZodError when `json` is not a template at all */
export function parseTemplate(json: unknown): Template {
  const parsed = TEMPLATE.parse(json);
  return {
    resources: parsed.Resources,
    parameters: parsed.Parameters,
    mappings: parsed.Mappings,
    conditions: parsed.Conditions,
    outputs: parsed.Outputs,
    unsupported: [
      ...unsupportedSections(json as object), // an object, as it parsed
      ...Object.keys(parsed.Rules)
        .filter(name => name !== BOOTSTRAP_RULE)
        .map(name => ({ path: `Rules.${name}`, reason: 'rules are not supported' })),
      ...Object.entries(parsed.Resources).flatMap(([logicalId, resource]) =>
        unsupportedAttributes(resource).map(path => ({
          logicalId,
          path,
          reason: 'this resource attribute is not supported',
        })),
      ),
    ],
  };
}

function unsupportedSections(json: object): { path: string; reason: string }[] {
  return Object.keys(json)
    .filter(section => !SILENT_SECTIONS.has(section))
    .map(section => ({ path: section, reason: 'this section is not supported' }));
}

function unsupportedAttributes(resource: object): string[] {
  return Object.keys(resource).filter(attribute => !SILENT_ATTRIBUTES.has(attribute));
}
