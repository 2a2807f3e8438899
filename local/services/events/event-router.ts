import type { Cloud } from '../../cloud/cloud.ts';
import type { Archive } from './archive.ts';
import type { BusEvent } from './bus-event.ts';
import { Deliveries } from './delivery/delivery.ts';
import type { Rule } from './event-bus.ts';
import { countForBus, countForRule } from './metrics.ts';
import { type CompiledPattern, compilePattern, RuleMatcher } from './pattern/event-pattern.ts';

type Listener = { readonly rule: Rule } | { readonly archive: Archive };

const EVERY_EVENT = compilePattern('{"source": [{"exists": true}]}');

/** Takes the events of each bus to the rules and archives whose patterns they match. */
export class EventRouter {
  readonly #cloud: Cloud;
  readonly #deliveries: Deliveries;
  /** By ARN of the bus. */
  readonly #matchers = new Map<string, RuleMatcher<Listener>>();
  /** The listener of a rule or an archive, by its ARN. */
  readonly #listeners = new Map<string, Listener>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#deliveries = new Deliveries(cloud);
  }

  /** Goes on with the deliveries that a restart interrupted. */
  resume(): void {
    this.#deliveries.resume();
  }

  /** Lets a rule see the events of a bus, by its pattern as it now is. A rule without a pattern sees none. */
  listen(busArn: string, rule: Rule): void {
    this.forget(busArn, rule.arn);
    if (rule.pattern && rule.enabled) this.#add(busArn, { rule }, { arn: rule.arn, pattern: rule.pattern });
  }

  /** Lets an archive keep the events of its bus. */
  keep(archive: Archive): void {
    this.forget(archive.sourceArn, archive.arn);
    this.#add(archive.sourceArn, { archive }, { arn: archive.arn, pattern: archive.pattern ?? EVERY_EVENT });
  }

  /** Shows a bus's events no longer to the rule or archive. */
  forget(busArn: string, arn: string): void {
    const listener = this.#listeners.get(arn);
    if (listener) this.#matchers.get(busArn)?.remove(listener);
    this.#listeners.delete(arn);
  }

  /** @param ruleArns the only rules that see the event. @default all */
  route(busArn: string, event: BusEvent, ruleArns?: ReadonlySet<string>): void {
    const listeners = this.#matchers.get(busArn)?.match(event.json) ?? [];
    let matched = false;
    for (const listener of listeners) {
      if ('archive' in listener) {
        if (event.replayName === undefined) listener.archive.events.add(event);
      } else if (!ruleArns || ruleArns.has(listener.rule.arn)) {
        matched = true;
        this.trigger(listener.rule, event);
      }
    }
    if (matched) countForBus(this.#cloud, busArn.slice(busArn.indexOf('/') + 1), 'MatchedEvents');
  }

  /** Sends an event to a rule's targets. */
  trigger(rule: Rule, event: BusEvent): void {
    countForRule(this.#cloud, rule, 'MatchedEvents');
    countForRule(this.#cloud, rule, 'TriggeredRules');
    for (const target of rule.targets.values()) this.#deliveries.start(event, rule, target);
  }

  #add(busArn: string, listener: Listener, { arn, pattern }: { arn: string; pattern: CompiledPattern }): void {
    const matcher = this.#matchers.get(busArn) ?? new RuleMatcher<Listener>();
    this.#matchers.set(busArn, matcher);
    this.#listeners.set(arn, listener);
    matcher.add(listener, pattern);
  }
}
