import type { Clock } from '../time/clock.ts';
import { AwsError } from './aws-error.ts';
import type { Ids } from './ids.ts';
import { type Journal, memoryJournal } from './journal.ts';
import type { Principal } from './principal.ts';
import type { JsonObject, Service } from './service.ts';
import { Signals } from './signals.ts';
import { type LogSink, type MetricSink, noLogs, noMetrics } from './telemetry.ts';

/** One API call, before it is carried out. */
export interface CallRequest {
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
  readonly principal: Principal;
  /** @default a new one */
  readonly requestId?: string;
}

/** Stands between caller and engine: authorisation, counting, faults. Calls `next` to go on, or throws to refuse. */
export type Interceptor = (request: CallRequest, next: () => Promise<unknown>) => Promise<unknown>;

export interface CloudOptions {
  readonly region: string;
  /** 12 digits. */
  readonly accountId: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** @default state ends with the process */
  readonly journal?: Journal;
}

/**
 * The switchboard of the embedded cloud. Every call, whether it came over the wire or from another engine, goes through
 * `call`, so that it is counted, authorised and made to fail in one place.
 */
export class Cloud {
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly journal: Journal;
  readonly signals = new Signals();
  /** Where engines send their metrics and functions their log lines; CloudWatch puts itself here when it is registered. */
  metrics: MetricSink = noMetrics;
  logs: LogSink = noLogs;
  /** Where the wire protocols are served, for example `http://127.0.0.1:4700`; set once the port is open. */
  endpoint = 'http://127.0.0.1:0';
  readonly #services = new Map<string, Service>();
  readonly #interceptors: Interceptor[] = [];
  readonly #whenDeployed: (() => void)[] = [];
  readonly #closers: (() => void | Promise<void>)[] = [];

  constructor(options: CloudOptions) {
    this.region = options.region;
    this.accountId = options.accountId;
    this.clock = options.clock;
    this.ids = options.ids;
    this.journal = options.journal ?? memoryJournal;
  }

  register(service: Service): void {
    if (this.#services.has(service.name))
      throw new Error(`Cannot register service: '${service.name}' is already there`);
    this.#services.set(service.name, service);
  }

  get services(): Iterable<Service> {
    return this.#services.values();
  }

  service(name: string): Service | undefined {
    return this.#services.get(name);
  }

  /** The first interceptor added is the outermost. */
  intercept(interceptor: Interceptor): void {
    this.#interceptors.push(interceptor);
  }

  /** Carries out one API call. @throws AwsError when the service refuses */
  async call<Output = JsonObject>(request: CallRequest): Promise<Output> {
    const operation = this.#services.get(request.service)?.operations[request.operation];
    if (!operation) {
      throw new AwsError(
        'UnknownOperationException',
        `${request.service} ${request.operation} is not supported by the embedded cloud`,
      );
    }
    const call = { principal: request.principal, requestId: request.requestId ?? this.ids.uuid() };
    const run = async (index: number): Promise<unknown> => {
      const interceptor = this.#interceptors[index];
      return interceptor ? interceptor(request, () => run(index + 1)) : operation(request.input, call);
    };
    return (await run(0)) as Output; // the caller knows the operation it asked for
  }

  /** `arn:aws:<service>:<region>:<account>:<resource>` */
  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  /** Registers what is to happen once a deployment is complete: what only the deployment needed can go. */
  onDeployed(listener: () => void): void {
    this.#whenDeployed.push(listener);
  }

  /** Everything that the template asks for is there. */
  deployed(): void {
    for (const listener of this.#whenDeployed) listener();
  }

  /** Registers what has to end with the cloud: threads, sockets, pollers. */
  onClose(close: () => void | Promise<void>): void {
    this.#closers.push(close);
  }

  /** Ends everything that was registered, last first. */
  async close(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
    this.#closers.length = 0;
  }
}
