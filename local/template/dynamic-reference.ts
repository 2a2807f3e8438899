/** `{{resolve:ssm:name}}`: text that CloudFormation reads from Parameter Store just before it makes a resource. */
import type { Path } from './intrinsics/intrinsic.ts';
import { UNKNOWN } from './unknown.ts';

const REFERENCE = /\{\{resolve:([^:}]+):([^}]+)\}\}/g;

/** Answers the value of a parameter (of one version, if given). */
export type ReadParameter = (name: string, version: string | undefined) => Promise<string>;

/** Where `value` holds dynamic references of a kind that is not supported. */
export function unsupportedReferences(value: unknown, path: Path): { path: Path; service: string }[] {
  if (typeof value === 'string') {
    return [...value.matchAll(REFERENCE)].flatMap(([, service = '']) => (service === 'ssm' ? [] : [{ path, service }]));
  }
  if (typeof value !== 'object' || value === null) return [];
  const steps: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return steps.flatMap(([step, part]) => unsupportedReferences(part, [...path, step]));
}

/** `value` with every dynamic reference replaced by `UNKNOWN`, for checking. */
export function withUnknownReferences(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(REFERENCE, UNKNOWN);
  if (Array.isArray(value)) return value.map(withUnknownReferences);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withUnknownReferences(part)]));
}

/** `value` with every dynamic reference replaced by what `read` answers. */
export async function resolveReferences(value: unknown, read: ReadParameter): Promise<unknown> {
  if (typeof value === 'string') return resolveText(value, read);
  if (Array.isArray(value)) return Promise.all(value.map(item => resolveReferences(item, read)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    async ([name, part]) => [name, await resolveReferences(part, read)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function resolveText(text: string, read: ReadParameter): Promise<string> {
  let resolved = '';
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, , parameter = ''] = match;
    const colon = parameter.lastIndexOf(':');
    const hasVersion = colon >= 0 && /^\d+$/.test(parameter.slice(colon + 1));
    const name = hasVersion ? parameter.slice(0, colon) : parameter;
    resolved += text.slice(end, match.index) + (await read(name, hasVersion ? parameter.slice(colon + 1) : undefined));
    end = match.index + whole.length;
  }
  return end === 0 ? text : resolved + text.slice(end);
}
