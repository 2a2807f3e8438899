import { ensureAssembly } from '../../cli/assembly.ts';

/** Before any test: the template is synthesized once, so that no two test files do it at the same time. */
export default async function setup(): Promise<void> {
  await ensureAssembly(line => console.log(line));
}
