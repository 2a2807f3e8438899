import type { JsonObject } from '../../../cloud/service.ts';

/**
 * The variables that a state sees: its own branch's and, read-only, those of the states around it. What a branch assigns
 * ends with the branch.
 */
export class VariableScope {
  readonly #values = new Map<string, unknown>();
  readonly #outer: VariableScope | undefined;

  constructor(outer?: VariableScope, values: JsonObject = {}) {
    this.#outer = outer;
    this.assign(values);
  }

  has(name: string): boolean {
    return this.#values.has(name) || (this.#outer?.has(name) ?? false);
  }

  get(name: string): unknown {
    return this.#values.has(name) ? this.#values.get(name) : this.#outer?.get(name);
  }

  assign(values: JsonObject): void {
    for (const [name, value] of Object.entries(values)) this.#values.set(name, value);
  }

  /** Those of the branch itself. */
  own(): Record<string, unknown> {
    return Object.fromEntries(this.#values);
  }

  /** Every visible variable by name, inner ones over outer ones. */
  all(): Record<string, unknown> {
    return { ...this.#outer?.all(), ...Object.fromEntries(this.#values) };
  }
}
