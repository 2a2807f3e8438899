/**
 * The targets kept in one place: most places have one, which then stands there by itself. Among 10,000 rules every object
 * on the way to one is likely to be far from the processor, so each one less is felt.
 */
export type Targets<Target> = Target | Set<Target>;

export function withTarget<Target>(targets: Targets<Target> | undefined, target: Target): Targets<Target> {
  if (targets === undefined || targets === target) return target;
  return targets instanceof Set ? targets.add(target) : new Set([targets, target]);
}

/** @returns undefined when none is left */
export function withoutTarget<Target>(targets: Targets<Target>, target: Target): Targets<Target> | undefined {
  if (!(targets instanceof Set)) return targets === target ? undefined : targets;
  targets.delete(target);
  return targets.size > 0 ? targets : undefined;
}

export function countTargets<Target>(targets: Targets<Target> | undefined): number {
  if (targets === undefined) return 0;
  return targets instanceof Set ? targets.size : 1;
}

export function eachTarget<Target>(targets: Targets<Target> | undefined, found: (target: Target) => void): void {
  if (targets === undefined) return;
  if (targets instanceof Set) targets.forEach(found);
  else found(targets);
}
