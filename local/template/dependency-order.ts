/** Things wait for each other in a ring, so that none of them can come first. */
export class DependencyRingError extends Error {
  /** The members, the first one repeated at the end. */
  readonly ring: readonly string[];

  constructor(ring: readonly string[]) {
    super(`Cannot order: circular dependency ${ring.join(' → ')}`);
    this.name = 'DependencyRingError';
    this.ring = ring;
  }
}

/**
 * Orders the keys of `dependencies` so that each comes after all that it depends on; keys that are free to go first keep
 * the order of the map. Names that are not keys are ignored.
 *
 * @throws DependencyRingError
 */
export function dependencyOrder(dependencies: ReadonlyMap<string, Iterable<string>>): string[] {
  const ordered = new Set<string>();
  const trail: string[] = [];

  function visit(name: string): void {
    if (ordered.has(name)) return;
    const start = trail.indexOf(name);
    if (start >= 0) throw new DependencyRingError([...trail.slice(start), name]);
    trail.push(name);
    for (const dependency of dependencies.get(name) ?? []) {
      if (dependencies.has(dependency)) visit(dependency);
    }
    trail.pop();
    ordered.add(name);
  }

  for (const name of dependencies.keys()) visit(name);
  return [...ordered];
}
