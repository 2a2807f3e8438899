import type { Assembly, AssemblyStack } from '../../../local/template/assembly.ts';
import { parseTemplate } from '../../../local/template/template.ts';

/** An assembly of templates given as objects, by stack name, in order. */
export function assemblyOf(templates: Record<string, object>): Assembly {
  const stacks = Object.entries(templates).map(
    ([name, template]): AssemblyStack => ({
      name,
      template: parseTemplate({ Resources: {}, ...template }),
      parameters: {},
      constructPaths: new Map(),
    }),
  );
  return { directory: '/nowhere', stacks, assets: [] };
}
