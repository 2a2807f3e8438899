import { Cloud } from '../../local/cloud/cloud.ts';
import type { Call, JsonObject, Operation, Service } from '../../local/cloud/service.ts';

/** One call that a service has carried out or refused, whatever its caller was told. */
export interface CarriedOut {
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
  readonly call: Call;
  readonly atMs: number;
  readonly answer?: unknown;
  /** The error's name. */
  readonly refusal?: string;
}

export type Watch = (carriedOut: CarriedOut) => void;

/** A cloud that tells what its services do: closer to the engines than any fault, so that nothing is heard wrongly. */
export class WatchedCloud extends Cloud {
  #watch: Watch = () => {};

  /** From now on `watch` hears of every call. */
  watch(watch: Watch): void {
    this.#watch = watch;
  }

  override register(service: Service): void {
    const operations = Object.entries(service.operations).map(([name, operation]) => [
      name,
      this.#watched(service.name, name, operation),
    ]);
    super.register({ ...service, operations: Object.fromEntries(operations) });
  }

  #watched(service: string, operation: string, carryOut: Operation): Operation {
    return async (input, call) => {
      const told = { service, operation, input, call };
      try {
        const answer = await carryOut(input, call);
        this.#watch({ ...told, atMs: this.clock.now(), answer });
        return answer;
      } catch (error) {
        this.#watch({ ...told, atMs: this.clock.now(), refusal: error instanceof Error ? error.name : 'Unknown' });
        throw error;
      }
    };
  }
}
