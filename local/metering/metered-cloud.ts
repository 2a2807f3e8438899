import { AwsError } from '../cloud/aws-error.ts';
import { Cloud } from '../cloud/cloud.ts';
import type { Call, JsonObject, Operation, Service } from '../cloud/service.ts';
import { askingForUnits, consumesUnits, withoutUnits } from './dynamodb-usage.ts';
import { type UsageMeter, usageMeter } from './usage-meter.ts';

/**
 * A cloud whose services are metered as AWS would bill them: closest to the engines, so that only what was carried out is
 * counted. DynamoDB is asked for the units of every call; who did not ask is not told.
 */
export class MeteredCloud extends Cloud {
  readonly usage: UsageMeter = usageMeter();

  override register(service: Service): void {
    const operations = Object.entries(service.operations).map(([name, operation]) => [
      name,
      this.#metered(service.name, name, operation),
    ]);
    super.register({ ...service, operations: Object.fromEntries(operations) });
  }

  /** Counts log lines and metrics too. Call it once, when the services are registered: they take the sinks. */
  meterTelemetry(): void {
    const { logs, metrics, usage } = this;
    this.logs = line => {
      usage.log(line);
      logs(line);
    };
    this.metrics = datum => {
      usage.metric(datum);
      metrics(datum);
    };
  }

  #metered(service: string, operation: string, carryOut: Operation): Operation {
    const asks = service === 'dynamodb' && consumesUnits(operation);
    return async (input: JsonObject, call: Call) => {
      const metered = { service, operation, input, principal: call.principal };
      const asksItself = asks && (input.ReturnConsumedCapacity ?? 'NONE') !== 'NONE';
      try {
        const answer = await carryOut(asks && !asksItself ? askingForUnits(input) : input, call);
        const members = (answer ?? {}) as JsonObject; // operations answer with members or with nothing
        this.usage.carriedOut(metered, members);
        return asks && !asksItself ? withoutUnits(members) : answer;
      } catch (error) {
        if (error instanceof AwsError) this.usage.refused(metered, error.code);
        throw error;
      }
    };
  }
}
