import type { EventValue } from '../event-value.ts';
import { eachTarget, type Targets, withoutTarget, withTarget } from './targets.ts';
import type { Found, ValueLookup } from './value-lookup.ts';

/** Targets of matchers that every value meets. */
export class AnyValue<Target> implements ValueLookup<'any', Target> {
  #targets: Targets<Target> | undefined;

  get isEmpty(): boolean {
    return this.#targets === undefined;
  }

  add(_: 'any', target: Target): void {
    this.#targets = withTarget(this.#targets, target);
  }

  remove(_: 'any', target: Target): void {
    this.#targets = this.#targets && withoutTarget(this.#targets, target);
  }

  find(_: EventValue, found: Found<Target>): void {
    eachTarget(this.#targets, found);
  }
}
