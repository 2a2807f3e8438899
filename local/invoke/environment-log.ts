import type { Cloud } from '../cloud/cloud.ts';
import type { Deployment, InvocationOutcome } from './deployment.ts';

/** Lambda hands back at most this much of the log with a response. */
const TAIL_BYTES = 4096;

/**
 * Writes what happens in one environment to its log stream: the handler's lines between START, END and REPORT. In JSON these
 * two are left out by their level: a start, and the report of an invocation that went well, are INFO; another report is WARN
 * (Lambda guide, "system log level event mapping").
 */
export class EnvironmentLog {
  readonly logStream: string;
  readonly #cloud: Cloud;
  readonly #deployment: Deployment;
  #tail: string[] | undefined;

  constructor(cloud: Cloud, deployment: Deployment) {
    this.#cloud = cloud;
    this.#deployment = deployment;
    const day = new Date(cloud.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    this.logStream = `${day}/[${deployment.version}]${cloud.ids.token(32, '0123456789abcdef')}`;
  }

  write(message: string): void {
    this.#tail?.push(message);
    this.#cloud.logs({ logGroup: this.#deployment.logGroup, logStream: this.logStream, message });
  }

  start(requestId: string, keepTail: boolean): void {
    this.#tail = keepTail ? [] : undefined;
    if (this.#deployment.logFormat === 'JSON') {
      if (this.#writesInfo) this.#platform('platform.start', { requestId, version: this.#deployment.version });
    } else {
      this.write(`START RequestId: ${requestId} Version: ${this.#deployment.version}`);
    }
  }

  /** @returns the end of the log, when `start` was asked to keep it */
  end(requestId: string, outcome: InvocationOutcome): string | undefined {
    if (this.#deployment.logFormat === 'JSON') this.#reportJson(requestId, outcome);
    else this.#reportText(requestId, outcome);
    const tail = this.#tail && Buffer.from(`${this.#tail.join('\n')}\n`).subarray(-TAIL_BYTES);
    this.#tail = undefined;
    return tail?.toString('base64');
  }

  #reportText(requestId: string, outcome: InvocationOutcome): void {
    const { durationMs, initMs, memoryUsedMb } = outcome;
    if (outcome.kind === 'failed' && outcome.fatal) {
      const now = new Date(this.#cloud.clock.now()).toISOString();
      const reason = outcome.error.errorMessage.replace(`RequestId: ${requestId} Error: `, '');
      this.write(`${now} ${requestId} ${reason}`);
    }
    this.write(`END RequestId: ${requestId}`);
    this.write(
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\t` +
        `Memory Size: ${this.#deployment.memorySizeMb} MB\tMax Memory Used: ${memoryUsedMb} MB\t` +
        (initMs === undefined ? '' : `Init Duration: ${initMs.toFixed(2)} ms\t`),
    );
  }

  get #writesInfo(): boolean {
    return this.#deployment.systemLogLevel !== 'WARN';
  }

  #reportJson(requestId: string, outcome: InvocationOutcome): void {
    if (outcome.kind === 'done' && !this.#writesInfo) return;
    const { durationMs, initMs, memoryUsedMb } = outcome;
    const status =
      outcome.kind === 'done' ? 'success' : outcome.error.errorType === 'Sandbox.Timedout' ? 'timeout' : 'error';
    this.#platform('platform.report', {
      requestId,
      metrics: {
        durationMs,
        billedDurationMs: Math.ceil(durationMs),
        memorySizeMB: this.#deployment.memorySizeMb,
        maxMemoryUsedMB: memoryUsedMb,
        ...(initMs === undefined ? {} : { initDurationMs: initMs }),
      },
      status,
      ...(outcome.kind === 'failed' ? { errorType: outcome.error.errorType } : {}),
    });
  }

  #platform(type: string, record: Record<string, unknown>): void {
    this.write(JSON.stringify({ time: new Date(this.#cloud.clock.now()).toISOString(), type, record }));
  }
}
