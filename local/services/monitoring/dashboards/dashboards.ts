/** Dashboards are kept and given back; drawing them is the console's part. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { optionalText, requiredText, texts } from '../input.ts';

export interface Dashboard {
  readonly body: string;
  readonly modifiedMs: number;
}

const NAME = /^[A-Za-z0-9\-_]{1,255}$/;

export class Dashboards {
  readonly #cloud: Cloud;
  readonly #dashboards = new Map<string, Dashboard>();
  /** Told of every dashboard that came, changed or went. */
  changed: (name: string) => void = () => {};

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  put(input: JsonObject): JsonObject {
    const name = requiredText(input, 'DashboardName');
    const body = requiredText(input, 'DashboardBody');
    if (!NAME.test(name)) throw invalidInput(`The dashboard name ${name} must match ${NAME.source}`);
    if (!isDashboardBody(body)) throw invalidInput('The field DashboardBody must be a valid JSON object');
    this.#dashboards.set(name, { body, modifiedMs: this.#cloud.clock.now() });
    this.changed(name);
    return { DashboardValidationMessages: [] };
  }

  get(input: JsonObject): JsonObject {
    const name = requiredText(input, 'DashboardName');
    const dashboard = this.#dashboards.get(name);
    if (!dashboard) throw notFound(name);
    return { DashboardArn: this.#arn(name), DashboardName: name, DashboardBody: dashboard.body };
  }

  list(input: JsonObject): JsonObject {
    const prefix = optionalText(input, 'DashboardNamePrefix') ?? '';
    const found = [...this.#dashboards].filter(([name]) => name.startsWith(prefix));
    return {
      DashboardEntries: found.map(([name, { body, modifiedMs }]) => ({
        DashboardName: name,
        DashboardArn: this.#arn(name),
        LastModified: modifiedMs / 1000,
        Size: Buffer.byteLength(body),
      })),
    };
  }

  delete(input: JsonObject): JsonObject {
    const names = texts(input.DashboardNames);
    for (const name of names) if (!this.#dashboards.has(name)) throw notFound(name);
    for (const name of names) {
      this.#dashboards.delete(name);
      this.changed(name);
    }
    return {};
  }

  get names(): Iterable<string> {
    return this.#dashboards.keys();
  }

  find(name: string): Dashboard | undefined {
    return this.#dashboards.get(name);
  }

  /** Takes back a dashboard of an earlier process. */
  restore(name: string, dashboard: Dashboard): void {
    this.#dashboards.set(name, dashboard);
  }

  #arn(name: string): string {
    return `arn:aws:cloudwatch::${this.#cloud.accountId}:dashboard/${name}`;
  }
}

function isDashboardBody(body: string): boolean {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

function invalidInput(message: string): AwsError {
  return new AwsError('DashboardInvalidInputError', message, { queryCode: 'InvalidParameterInput' });
}

function notFound(name: string): AwsError {
  return new AwsError('DashboardNotFoundError', `Dashboard ${name} does not exist`, {
    status: 404,
    queryCode: 'ResourceNotFound',
  });
}
