import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { type MillraceConfig, readConfig } from '../../lib/config.ts';
import type { HandlerBundles } from '../../lib/constructs/handler-bundles.ts';
import { millraceStacks } from '../../lib/stacks/millrace-stacks.ts';

/** A resource of a synthesized template, as far as tests look at it. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: object;
  readonly [member: string]: unknown;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: unknown }>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

/** Templates by the short name of their stack: `ingestion`, `routing`, … */
export type Templates = Readonly<Record<string, Template>>;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/**
 * An app with every stack, nothing synthesized yet, and code folders that stand in for the real bundles. Validation costs
 * more than all the rest, so it runs only where it is what is tested.
 */
export function appWithStacks(
  settings: Readonly<Record<string, unknown>> = {},
  { validated }: { readonly validated: boolean } = { validated: false },
): { app: App; config: MillraceConfig } {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-template-'));
  folders.push(folder);
  const app = new App({
    context: cdkJson.context,
    outdir: join(folder, 'cdk.out'),
    builtinCloudFormationValidation: validated,
  });
  const config = readConfig(name => settings[name]);
  millraceStacks(app, { config, bundles: standIns(folder) });
  return { app, config };
}

/** The templates that the app gives under some settings. */
export function synthesize(settings: Readonly<Record<string, unknown>> = {}): Templates {
  const { app, config } = appWithStacks(settings);
  const prefix = `millrace-${config.stage}-`;
  return Object.fromEntries(
    app.synth().stacks.map(stack => [stack.stackName.slice(prefix.length), stack.template as Template]),
  );
}

/** The resources of one type, with their logical ids. */
export function resourcesOfType(
  template: Template | undefined,
  type: string,
): readonly (readonly [string, Resource])[] {
  return Object.entries(template?.Resources ?? {}).filter(([, resource]) => resource.Type === type);
}

/** The value at a path into JSON, `undefined` where the path ends early. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (from, key) => (typeof from === 'object' && from !== null ? Reflect.get(from, key) : undefined),
    value,
  );
}

/** The properties of the one resource of a type whose property `key` has `value`. @throws when there is not just one */
export function propertiesOf(
  template: Template | undefined,
  type: string,
  [key, value]: readonly [string, unknown],
): object {
  const found = resourcesOfType(template, type).filter(([, resource]) => at(resource, 'Properties', key) === value);
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`Cannot choose ${type} with ${key} = ${value}: exactly one must fit, found ${found.length}`);
  }
  return only[1].Properties ?? {};
}

function standIns(root: string): HandlerBundles {
  return {
    built: false,
    folderOf: handler => {
      const folder = join(root, 'handlers', handler);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'index.mjs'), `export const handler = () => '${handler}';\n`);
      return folder;
    },
  };
}
