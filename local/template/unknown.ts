/**
 * Stands for a value that is not known before its resource is made, while a template is only being checked. It is text,
 * with marks that no template holds, so that it survives being joined and substituted into other text.
 */
export const UNKNOWN = '\uE000unknown until made\uE001';

export function isUnknown(value: unknown): boolean {
  return typeof value === 'string' && value.includes(UNKNOWN);
}

/** Whether `value` is unknown, or holds something unknown at any depth. */
export function holdsUnknown(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(UNKNOWN);
  if (Array.isArray(value)) return value.some(holdsUnknown);
  if (typeof value === 'object' && value !== null) return Object.values(value).some(holdsUnknown);
  return false;
}
