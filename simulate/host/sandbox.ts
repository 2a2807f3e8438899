/**
 * What a function sees of the world: the cloud's time, randomness from the seed, environment variables of its own, and
 * the cloud instead of a network. Everything that could tell two runs of one seed apart is behind one of these names.
 */
import type { Ids } from '../../local/cloud/ids.ts';
import type { Clock } from '../../local/time/clock.ts';
import type { NodeModules } from './node-modules.ts';
import { webCrypto } from './web-crypto.ts';

export const SANDBOX_NAMES = [
  'module',
  'exports',
  'require',
  'process',
  'console',
  'Date',
  'Math',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'performance',
  'crypto',
  'globalThis',
  'global',
] as const;

export type Sandbox = Readonly<Record<(typeof SANDBOX_NAMES)[number], unknown>>;

export interface SandboxOptions {
  readonly clock: Clock;
  /** What the function's clock shows beyond the cloud's, ms. */
  readonly skewMs: () => number;
  readonly ids: Ids;
  readonly variables: Readonly<Record<string, string>>;
  readonly timers: Timers;
  /** Gives the sandbox's `process` to the modules that Node.js has. */
  readonly nodeModules: (process: object) => NodeModules;
  readonly onLine: (line: string) => void;
  readonly onExit: (code: number) => void;
}

/** Timers of one environment, on the cloud's clock. */
export interface Timers {
  set(delayMs: number, run: () => void, repeat: boolean): object;
  clear(timer: unknown): void;
}

export function makeSandbox(options: SandboxOptions): Sandbox {
  const { clock, ids, timers, onLine } = options;
  const now = () => clock.now() + options.skewMs();
  const process = sandboxProcess(options);
  const exports = {};
  const own = {
    process,
    console: Object.fromEntries(
      ['log', 'info', 'debug', 'warn', 'error', 'trace'].map(name => [
        name,
        (...values: unknown[]) => onLine(values.map(String).join(' ')),
      ]),
    ),
    Date: dateClass(now),
    Math: Object.create(Math, { random: { value: () => ids.random() } }),
    setTimeout: (run: (...values: unknown[]) => void, delayMs = 0, ...values: unknown[]) =>
      timers.set(delayMs, () => run(...values), false),
    clearTimeout: (timer: unknown) => timers.clear(timer),
    setInterval: (run: (...values: unknown[]) => void, delayMs = 0, ...values: unknown[]) =>
      timers.set(delayMs, () => run(...values), true),
    clearInterval: (timer: unknown) => timers.clear(timer),
    performance: { now: () => clock.now(), timeOrigin: 0, mark: () => {}, measure: () => {} }, // it never jumps
    crypto: { ...webCrypto(ids), subtle: globalThis.crypto.subtle },
  };
  const world: object = Object.create(globalThis, Object.getOwnPropertyDescriptors(own));
  const require = options.nodeModules(process);
  return { ...own, module: { exports }, exports, require, globalThis: world, global: world };
}

function dateClass(now: () => number): DateConstructor {
  class CloudDate extends Date {
    constructor(...values: [] | [number]) {
      if (values.length === 0) super(now());
      else super(...values);
    }
    static override now(): number {
      return now();
    }
  }
  Object.defineProperty(CloudDate, 'name', { value: 'Date' });
  return CloudDate as unknown as DateConstructor; // called with `new`, as all code of the bundles does
}

function sandboxProcess({ variables, clock, onLine, onExit }: SandboxOptions): object {
  const { version, versions, platform, arch, release } = process;
  const stream = { write: (text: string) => passLines(text, onLine), isTTY: false };
  return {
    env: { ...variables },
    argv: [],
    execArgv: [],
    pid: 1,
    version,
    versions,
    platform,
    arch,
    release,
    stdout: stream,
    stderr: stream,
    cwd: () => '/var/task',
    nextTick: process.nextTick,
    hrtime: Object.assign(() => [Math.floor(clock.now() / 1000), (clock.now() % 1000) * 1_000_000], {
      bigint: () => BigInt(clock.now()) * 1_000_000n,
    }),
    uptime: () => clock.now() / 1000,
    memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
    emitWarning: () => {},
    on: () => {},
    once: () => {},
    exit: onExit,
  };
}

function passLines(text: string, onLine: (line: string) => void): boolean {
  for (const line of text.split('\n')) if (line !== '') onLine(line);
  return true;
}
