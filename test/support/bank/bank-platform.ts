/** The bank in an embedded cloud on a virtual clock, its functions in this process; one hop is `statement`, `booking` or `telling`. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { LedgerReport } from '../../../cli/ledger-report.ts';
import type { Drained } from '../../../core/index.ts';
import type { FaultPlan } from '../../../local/faults/fault-plan.ts';
import type { InjectedFault } from '../../../local/faults/faults.ts';
import {
  openSimulatedCloud,
  type SimulatedCloud,
  type SimulatedCloudOptions,
} from '../../../simulate/cloud/simulated-cloud.ts';
import type { BankAssembly } from './bank-assembly.ts';

export const HOPS = ['statement', 'booking', 'telling'] as const;
export type Hop = (typeof HOPS)[number];

const START_MS = Date.parse('2026-01-05T08:00:00Z');
/** Further than any clock jumps. */
const MONTH_MS = 30 * 24 * 60 * 60 * 1000;
const BATCH = 'application/cloudevents-batch+json';

export interface Purchase {
  readonly id: string;
  readonly visitor: string;
  readonly product?: string;
}

type Item = Record<string, unknown>;

export class Bank {
  readonly cloud: SimulatedCloud;
  /** What functions' clocks show beyond the cloud's. */
  skewMs = 0;
  /** Metrics lines that functions wrote, and that CloudWatch Logs does not have yet. */
  readonly #lines: { readonly functionName: string; readonly atMs: number; readonly text: string }[] = [];

  /** @param bundleOf other code for a function than the template's */
  static async open(
    { assembly }: BankAssembly,
    seed = 1,
    bundleOf: SimulatedCloudOptions['bundleOf'] = undefined,
  ): Promise<Bank> {
    let bank: Bank | undefined;
    const hear = (functionName: string, line: string) => bank?.hear(functionName, line);
    const cloud = await openSimulatedCloud({
      assembly,
      seed,
      startMs: START_MS,
      skewMs: () => bank?.skewMs ?? 0,
      onLine: hear,
      ...(bundleOf && { bundleOf }),
    });
    bank = new Bank(cloud);
    await cloud.clock.advance(60_000); // the pollers have read to the end, and wait
    return bank;
  }

  private constructor(cloud: SimulatedCloud) {
    this.cloud = cloud;
  }

  hear(functionName: string, text: string): void {
    if (text.includes('"_aws"')) this.#lines.push({ functionName, atMs: this.cloud.clock.now(), text });
  }

  close(): Promise<void> {
    return this.cloud.close();
  }

  /** Has purchases accepted, in order. @throws Error when one of them is not */
  async send(purchases: readonly Purchase[]): Promise<void> {
    const { outputs, clock } = this.cloud;
    const events = purchases.map(({ id, visitor, product = 'fine' }) => ({
      specversion: '1.0',
      id,
      source: 'https://bank.example',
      type: 'behaviour.purchase.completed.v1',
      subject: visitor,
      time: new Date(START_MS - MONTH_MS).toISOString(),
      datacontenttype: 'application/json',
      data: { product, quantity: 1, unitPrice: 1, currency: 'EUR', invoice: '1' },
    }));
    const answer = this.cloud.request({
      method: 'POST',
      path: `${new URL(String(outputs.ApiUrl)).pathname.replace(/\/$/, '')}/events`,
      query: new URLSearchParams(),
      headers: { 'content-type': BATCH, host: 'bank.test', 'millrace-backfill': 'true' },
      body: Buffer.from(JSON.stringify(events)),
    });
    let status = 0;
    void answer.then(response => {
      status = response.status;
    });
    await clock.advanceUntil(() => status > 0, 60_000);
    if (status !== 202) throw new Error(`Cannot send: ${status} ${Buffer.from((await answer).body ?? '').toString()}`);
  }

  /** So much time passes. */
  pass(ms: number): Promise<void> {
    return this.cloud.clock.advance(ms);
  }

  inject(rules: FaultPlan['rules'], seed = 1): readonly InjectedFault[] {
    return this.cloud.inject({ seed, rules });
  }

  /** From now on nothing is closed any more. */
  async openCounter(): Promise<void> {
    for (const hop of HOPS) {
      const FunctionName = `millrace-dev-${hop}`;
      const { Environment } = await this.cloud.call<{ Environment: { Variables: Record<string, string> } }>(
        'lambda',
        'GetFunctionConfiguration',
        { FunctionName },
      );
      const Variables = { ...Environment.Variables, COUNTER: '2' };
      await this.cloud.call('lambda', 'UpdateFunctionConfiguration', { FunctionName, Environment: { Variables } });
    }
    await this.pass(5_000);
  }

  /** Asks a function, as an operator. @throws Error when it fails, with what it said */
  async ask<Answer>(name: string, request: object): Promise<Answer> {
    const asked = this.cloud.call<{ FunctionError?: string; Payload: string }>('lambda', 'Invoke', {
      FunctionName: `millrace-dev-${name}`,
      Payload: JSON.stringify(request),
    });
    let isDone = false;
    void asked.then(
      () => (isDone = true),
      () => (isDone = true),
    );
    await this.cloud.clock.advanceUntil(() => isDone, 600_000);
    const { FunctionError, Payload } = await asked;
    if (FunctionError !== undefined) throw new Error(Payload);
    return JSON.parse(Payload) as Answer;
  }

  drain(hop: Hop, key: string): Promise<Drained> {
    return this.ask(hop, { drain: { key, by: 'operator' } });
  }

  /** What the ledger says once everything should have come to rest. */
  async reconcile(): Promise<LedgerReport> {
    await this.#keepLines();
    const [from, to] = [START_MS - MONTH_MS, this.cloud.clock.now() + MONTH_MS].map(ms => new Date(ms).toISOString());
    return this.ask('reconciler', { reconcile: { from, to, atRest: true } });
  }

  async items(table: string): Promise<readonly Item[]> {
    const { Items } = await this.cloud.call<{ Items: Parameters<typeof unmarshall>[0][] }>('dynamodb', 'Scan', {
      TableName: `millrace-dev-${table}`,
    });
    return Items.map(item => unmarshall(item));
  }

  /** As if a function had died each time between its writes and its line. */
  loseLines(hop: Hop): void {
    for (const [index, { functionName }] of [...this.#lines.entries()].reverse()) {
      if (functionName === `millrace-dev-${hop}`) this.#lines.splice(index, 1);
    }
  }

  async #keepLines(): Promise<void> {
    for (const [functionName, lines] of Map.groupBy(this.#lines.splice(0), line => line.functionName)) {
      const stream = { logGroupName: `/aws/lambda/${functionName}`, logStreamName: `until-${this.cloud.clock.now()}` };
      await this.cloud.call('logs', 'CreateLogStream', stream);
      const logEvents = lines.map(({ atMs, text }) => ({ timestamp: atMs, message: text }));
      await this.cloud.call('logs', 'PutLogEvents', { ...stream, logEvents });
    }
  }
}
