/**
 * Faults as a port: stands between caller and engine and makes calls fail as the plan says.
 *
 * 1. It has to be the last interceptor: a partial failure carries out another request than the one that was made, and
 *    goes to the engine directly.
 * 2. Whatever is injected is what AWS could answer: engines and handlers cannot tell it from the real thing.
 * 3. Every injected fault is on record.
 */
import { AwsError } from '../cloud/aws-error.ts';
import type { CallRequest, Cloud, Interceptor } from '../cloud/cloud.ts';
import { type Ids, seededIds } from '../cloud/ids.ts';
import type { Principal } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { checkedFaultPlan } from './check-fault-plan.ts';
import { dropping, isDroppable } from './dropped-entries.ts';
import type { Fault, FaultPlan } from './fault-plan.ts';
import { crashedInvocation, runsAtOnce } from './handler-crash.ts';
import { isBatchOperation, partialFailure } from './partial-failure.ts';
import { type PassingCall, RuleState } from './rule-state.ts';
import { lostAnswer, serverError, throttleError } from './service-errors.ts';

export interface InjectedFault {
  readonly fault: Fault;
  /** The rule's name, or its number from 0. */
  readonly rule: string;
  readonly request: {
    readonly service: string;
    readonly operation: string;
    readonly resources: readonly string[];
    readonly principal: Principal['kind'];
  };
  /** Of a partial failure: the positions of the refused entries. */
  readonly entries?: readonly number[];
  readonly atMs: number;
}

export interface Faults {
  readonly intercept: Interceptor;
  /** What was injected so far, oldest first; the last 10,000. */
  readonly injected: readonly InjectedFault[];
}

const MOST_RECORDED = 10_000;
/** Rules draw from streams of their own, so that one rule's calls do not change another's choices. */
const SEED_STEP = 7919;

export interface FaultOptions {
  /** Whose functions can be made to die at a call of theirs. @default nobody's: `crash-caller` strikes nothing */
  readonly callers?: Callers;
}

/** The functions that are running, by the principal that each makes its calls as. */
export interface Callers {
  isRunning(principal: Principal): boolean;
  /** Ends the function there and then: it hears no answer and does nothing more. */
  crash(principal: Principal): void;
}

const NOBODY: Callers = { isRunning: () => false, crash: () => {} };

/** Makes the interceptor; the plan takes effect now. @throws Error with every place of the plan that is wrong */
export function faults(cloud: Cloud, plan: FaultPlan, { callers = NOBODY }: FaultOptions = {}): Faults {
  const injection = new Injection(cloud, checkedFaultPlan(cloud, plan), callers);
  return { intercept: (request, next) => injection.intercept(request, next), injected: injection.injected };
}

type Next = () => Promise<unknown>;

class Injection {
  readonly injected: InjectedFault[] = [];
  readonly #cloud: Cloud;
  readonly #rules: readonly RuleState[];
  readonly #sinceMs: number;
  readonly #callers: Callers;

  constructor(cloud: Cloud, { seed, rules }: FaultPlan, callers: Callers) {
    this.#cloud = cloud;
    this.#callers = callers;
    this.#sinceMs = cloud.clock.now();
    const idsOf = (index: number): Ids => (seed === undefined ? cloud.ids : seededIds(seed + index * SEED_STEP));
    this.#rules = rules.map((rule, index) => new RuleState(rule, idsOf(index)));
  }

  intercept(request: CallRequest, next: Next): Promise<unknown> {
    const call = this.#passing(request);
    for (const [index, state] of this.#rules.entries()) {
      if (!this.#canHappen(state.rule.fault, request) || !state.strikes(call)) continue;
      const record = (entries?: readonly number[]) => this.#record(call, { state, index, entries });
      return this.#inject(request, next, { state, record });
    }
    return next();
  }

  async #inject(
    request: CallRequest,
    next: Next,
    { state, record }: { state: RuleState; record: (entries?: readonly number[]) => void },
  ): Promise<unknown> {
    const { fault } = state.rule;
    if (fault.kind === 'partial') {
      const carryOut = (input: JsonObject) => this.#carryOut({ ...request, input });
      const partial = partialFailure(request, { fault, ids: state.ids, carryOut });
      if (!partial) return next();
      record(partial.refused);
      return partial.answer();
    }
    if (fault.kind === 'drop') {
      const carryOut = (input: JsonObject) => this.#carryOut({ ...request, input });
      const drop = dropping(request, { positions: fault.entries, ids: state.ids, carryOut });
      if (!drop) return next();
      record(drop.dropped);
      return drop.answer();
    }
    record();
    switch (fault.kind) {
      case 'throttle':
        throw throttleError(request);
      case 'fail-before':
        throw serverError(request, fault);
      case 'fail-after':
        await whateverItSays(next);
        throw serverError(request, fault);
      case 'lose-answer':
        await whateverItSays(next);
        await this.#pause(fault.afterMs);
        throw lostAnswer(request);
      case 'delay':
        await this.#pause(fault.delayMs);
        return next();
      case 'duplicate': {
        const answer = await next();
        await whateverItSays(next);
        return answer;
      }
      case 'crash':
        if (fault.at === 'after') await next();
        return crashedInvocation(request.requestId ?? this.#cloud.ids.uuid(), fault);
      case 'crash-caller':
        if (fault.at === 'after') await whateverItSays(next);
        this.#callers.crash(request.principal);
        throw lostAnswer(request);
      case 'reorder':
        return shuffleMessages(await next(), state.ids);
    }
  }

  #canHappen(fault: Fault, request: CallRequest): boolean {
    return fault.kind === 'crash-caller' ? this.#callers.isRunning(request.principal) : canHappen(fault, request);
  }

  /** Past `next`, which knows only the request that was made (invariant 1). */
  async #carryOut({ service, operation, input, principal, requestId }: CallRequest): Promise<JsonObject> {
    const carryOut = this.#cloud.service(service)?.operations[operation];
    if (!carryOut) throw new Error(`Cannot carry out ${service} ${operation}: there is no such operation`);
    return (await carryOut(input, { principal, requestId: requestId ?? this.#cloud.ids.uuid() })) as JsonObject; // every batch answers an object
  }

  async #pause(durationMs: number | undefined): Promise<void> {
    if (durationMs) await this.#cloud.clock.sleep(durationMs);
  }

  #passing(request: CallRequest): PassingCall {
    let resources: readonly string[] | undefined;
    return {
      request,
      elapsedMs: this.#cloud.clock.now() - this.#sinceMs,
      resources: () => {
        resources ??= this.#resourcesOf(request);
        return resources;
      },
    };
  }

  #resourcesOf({ service, operation, input }: CallRequest): readonly string[] {
    try {
      const permissions = this.#cloud.service(service)?.permissions?.(operation, input) ?? [];
      return [...new Set(permissions.flatMap(permission => permission.resources))];
    } catch (error) {
      if (error instanceof AwsError) return []; // the request is malformed, and the service will say so
      throw error;
    }
  }

  #record(
    { request, resources }: PassingCall,
    { state, index, entries }: { state: RuleState; index: number; entries: readonly number[] | undefined },
  ): void {
    const { service, operation, principal } = request;
    this.injected.push({
      fault: state.rule.fault,
      rule: state.rule.name ?? String(index),
      request: { service, operation, resources: resources(), principal: principal.kind },
      ...(entries ? { entries } : {}),
      atMs: this.#cloud.clock.now(),
    });
    if (this.injected.length > MOST_RECORDED) this.injected.shift();
  }
}

/** A rule may match more than its fault can happen to: those calls are none of its business. */
function canHappen(fault: Fault, { service, operation, input }: CallRequest): boolean {
  switch (fault.kind) {
    case 'crash':
      return service === 'lambda' && operation === 'Invoke' && runsAtOnce(input);
    case 'reorder':
      return service === 'sqs' && operation === 'ReceiveMessage' && !String(input.QueueUrl).endsWith('.fifo');
    case 'partial':
      return isBatchOperation(service, operation);
    case 'drop':
      return isDroppable(service, operation);
    default:
      return true;
  }
}

/** The effect, without the answer: a refusal by the service is not heard either. */
async function whateverItSays(next: Next): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}

function shuffleMessages(answer: unknown, ids: Ids): unknown {
  const { Messages: messages } = (answer ?? {}) as { Messages?: readonly unknown[] }; // ReceiveMessage's answer
  if (!messages) return answer;
  const shuffled = [...messages];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(ids.random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
  }
  return { ...(answer as JsonObject), Messages: shuffled };
}
