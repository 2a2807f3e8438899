import type { CloudEvent } from '../events/cloud-event.ts';
import type { EventContract } from '../events/event-contract.ts';
import { parseEventType } from '../events/event-type.ts';
import type { ExternalDefinition } from './external-definition.ts';
import type { FoldDefinition } from './fold-definition.ts';
import type { EventOf, ProcessorIdentity } from './processor-identity.ts';
import type { TransactDefinition } from './transact-definition.ts';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const SETTING = /^[a-z][A-Za-z0-9]*$/;

/** What is written down: the contracts give the types of the events. */
type Written<Definition, Contracts> = Omit<Definition, 'accepts'> & { readonly accepts: Contracts };

/**
 * Defines a processor, once: its handler (`foldHandler`, `transactHandler`, `externalHandler`) and its infrastructure
 * (`new Processor`) both come from here. `guarantee` says what it promises, and with that what else it has to say.
 * @throws Error when a name does not fit, or it accepts events of more than one domain
 */
export function defineProcessor<
  State,
  const Contracts extends readonly EventContract[],
  Setting extends string = never,
>(
  definition: Written<FoldDefinition<State, EventOf<Contracts[number]>, Setting>, Contracts>,
): FoldDefinition<State, EventOf<Contracts[number]>, Setting>;
export function defineProcessor<
  const Contracts extends readonly EventContract[],
  Table extends string,
  Setting extends string = never,
>(
  definition: Written<TransactDefinition<EventOf<Contracts[number]>, Setting, Table>, Contracts>,
): TransactDefinition<EventOf<Contracts[number]>, Setting, Table>;
export function defineProcessor<
  const Contracts extends readonly EventContract[],
  Answer = unknown,
  Setting extends string = never,
>(
  definition: Written<ExternalDefinition<EventOf<Contracts[number]>, Setting, Answer>, Contracts>,
): ExternalDefinition<EventOf<Contracts[number]>, Setting, Answer>;
export function defineProcessor<Definition extends Identity>(definition: Definition): Definition {
  const { name, settings = [] } = definition;
  if (!NAME.test(name)) throw new Error(`Cannot define processor: the name must be in kebab case, received '${name}'`);
  const setting = settings.find(each => !SETTING.test(each));
  if (setting !== undefined) {
    throw new Error(`Cannot define processor '${name}': settings must be in camel case, received '${setting}'`);
  }
  domainOf(definition);
  return definition; // the contracts' own types are the events' types: one event type is one contract
}

/** What is looked at, whatever a definition guarantees. */
type Identity = Pick<ProcessorIdentity<CloudEvent, string>, 'name' | 'settings'> & {
  readonly accepts: readonly Pick<EventContract, 'type'>[];
};

/** The one domain whose events a processor takes. @throws Error when there is none, or more than one */
export function domainOf({ name, accepts }: Identity): string {
  const domains = [...new Set(accepts.map(({ type }) => parseEventType(type)?.domain ?? type))];
  const [domain] = domains;
  if (domain !== undefined && domains.length === 1) return domain;
  throw new Error(`Cannot define processor '${name}': it must accept events of one domain, received [${domains}]`);
}
