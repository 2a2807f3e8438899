import { Aspects, CfnResource, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import {
  checkDelivery,
  checkInput,
  checkReads,
  checkRule,
  deliveredTypes,
  type EventFlow,
  eventVersions,
  type RuleBook,
  type RuleProblem,
  ruleBook,
  type SchemaObject,
} from '../../core/index.ts';
import { eventFlow } from '../../domains/event-flow.ts';
import { readEventSchemas } from '../../domains/event-schemas.ts';
import { type DeclaredReader, readerOf } from '../constructs/event-reader.ts';
import { isRecord, member, PhysicalNames, type RenderedResource, renderedResources } from './rendered-resource.ts';
import { sourceLine } from './source-line.ts';

const BUS = 'AWS::Events::EventBus';
const RULE = 'AWS::Events::Rule';
const ARCHIVE = 'AWS::Events::Archive';
const QUEUE = 'AWS::SQS::Queue';
const MAPPING = 'AWS::Lambda::EventSourceMapping';
const FUNCTION = 'AWS::Lambda::Function';
const TYPES = new Set([BUS, RULE, ARCHIVE, QUEUE, MAPPING, FUNCTION]);

/** What everything is checked against. @default the schemas and the flow of the domains */
export interface CheckedAgainst {
  readonly schemas: readonly SchemaObject[];
  readonly producers: EventFlow['producers'];
}

/**
 * Refuses to synthesize an app with a rule that no event can meet, or a consumer that reads what no event has: each with the
 * resource, the line that defined it, the field and the cause.
 */
export function checkEventRules(root: IConstruct, against?: CheckedAgainst): void {
  Aspects.of(root).add(new EventRuleCheck(root, against));
}

class EventRuleCheck implements IAspect {
  readonly #root: IConstruct;
  readonly #against: CheckedAgainst;
  readonly #seen = new WeakSet<IConstruct>();
  #app: App | undefined;

  constructor(root: IConstruct, against: CheckedAgainst | undefined) {
    this.#root = root;
    this.#against = against ?? { schemas: readEventSchemas(), producers: eventFlow.producers };
  }

  /** Validation comes when the tree is complete, and so does all looking at it. */
  visit(construct: IConstruct): void {
    const isChecked = CfnResource.isCfnResource(construct) && TYPES.has(construct.cfnResourceType);
    if (!isChecked || this.#seen.has(construct)) return;
    this.#seen.add(construct);
    construct.node.addValidation({
      validate: () => {
        this.#app ??= readApp(this.#root, this.#against);
        return [...(this.#app.refusals.get(construct) ?? [])];
      },
    });
  }
}

/** What was found in an app: messages by the resource that they are about. */
interface App {
  readonly refusals: ReadonlyMap<IConstruct, readonly string[]>;
}

function readApp(root: IConstruct, { schemas, producers }: CheckedAgainst): App {
  const resources = renderedResources(root, TYPES);
  const ofType = (type: string) => resources.filter(each => each.type === type);
  const names = new PhysicalNames(resources);
  const buses = ofType(BUS).flatMap(bus => names.nameOf(bus) ?? []);
  const book = ruleBook({ versions: eventVersions(schemas), producers, buses });
  const looking: Looking = { names, book, delivered: new Map(), uncertain: new Set() };
  const refusals = new Map<IConstruct, readonly string[]>();
  const refuse = (each: RenderedResource, problems: readonly RuleProblem[]) => {
    if (problems.length > 0)
      refusals.set(
        each.resource,
        problems.map(({ text }) => refusalText(each, text)),
      );
  };
  for (const rule of ofType(RULE)) refuse(rule, ruleProblems(rule, looking));
  for (const archive of ofType(ARCHIVE)) refuse(archive, archiveProblems(archive, looking));
  for (const each of ofType(FUNCTION)) {
    const reader = declaredReader(each.resource);
    if (reader) refuse(each, readerProblems(reader, queuesOf(each, ofType(MAPPING), names), looking));
  }
  for (const mapping of ofType(MAPPING)) refuse(mapping, mappingProblems(mapping, ofType(FUNCTION), looking));
  return { refusals };
}

interface Looking {
  readonly names: PhysicalNames;
  readonly book: RuleBook;
  /** The types that rules deliver into each queue, as whole events. */
  readonly delivered: Map<string, Set<string>>;
  /** Queues of rules that are refused: what comes there is not known. */
  readonly uncertain: Set<string>;
}

const KINDS: Readonly<Record<string, string>> = { [RULE]: 'rule', [ARCHIVE]: 'archive', [FUNCTION]: 'consumer' };
const NAMES_OF_KINDS: Readonly<Record<string, string>> = {
  [RULE]: 'Name',
  [ARCHIVE]: 'ArchiveName',
  [FUNCTION]: 'FunctionName',
};

function refusalText({ resource, logicalId, type, properties }: RenderedResource, reason: string): string {
  const given = properties[NAMES_OF_KINDS[type] ?? ''];
  const name = typeof given === 'string' ? `'${given}' ` : '';
  const line = sourceLine(resource);
  const place = [logicalId, ...(line === undefined ? [] : [line])].join(', ');
  return `Cannot deploy ${KINDS[type] ?? type} ${name}(${place}): ${reason}`;
}

function ruleProblems({ resource, properties }: RenderedResource, looking: Looking): readonly RuleProblem[] {
  const { EventPattern: pattern, EventBusName: bus } = properties;
  if (pattern === undefined) return []; // a schedule
  const named = bus === undefined ? 'default' : looking.names.nameIn(bus, resource);
  const problems = checkRule({ pattern: parsed(pattern), bus: named }, looking.book);
  const types = deliveredTypes(parsed(pattern), looking.book);
  const targets = [properties.Targets].flat().filter(isRecord);
  if (problems.length > 0) {
    for (const { Arn } of targets) looking.uncertain.add(looking.names.nameIn(Arn, resource) ?? '');
  }
  return [...problems, ...targets.flatMap(target => targetProblems(target, types, { looking, resource }))];
}

/** A pattern may be given as text. */
function parsed(pattern: unknown): unknown {
  if (typeof pattern !== 'string') return pattern;
  try {
    return JSON.parse(pattern);
  } catch {
    return pattern;
  }
}

function targetProblems(
  target: Readonly<Record<string, unknown>>,
  types: readonly string[],
  { looking, resource }: { readonly looking: Looking; readonly resource: CfnResource },
): readonly RuleProblem[] {
  const { Input: constant, InputPath: path, InputTransformer: transformer } = target;
  const queue = looking.names.nameIn(target.Arn, resource);
  const isWhole = constant === undefined && path === undefined && transformer === undefined;
  if (queue !== undefined && isWhole) {
    looking.delivered.set(queue, new Set([...(looking.delivered.get(queue) ?? []), ...types]));
  }
  const paths = member(transformer, 'InputPathsMap');
  const given = Object.entries(isRecord(paths) ? paths : {}).flatMap(([name, each]) =>
    typeof each === 'string' ? [[name, each] as const] : [],
  );
  const input = {
    constant: text(constant),
    path: text(path),
    transformer: isRecord(transformer)
      ? { paths: Object.fromEntries(given), template: text(transformer.InputTemplate) }
      : undefined,
  };
  return checkInput(input, types, looking.book);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function archiveProblems({ resource, properties }: RenderedResource, { names, book }: Looking): readonly RuleProblem[] {
  const { EventPattern: pattern, SourceArn: bus } = properties;
  return pattern === undefined ? [] : checkRule({ pattern: parsed(pattern), bus: names.nameIn(bus, resource) }, book);
}

/** What the construct around a function says that it reads. */
function declaredReader(resource: CfnResource): DeclaredReader | undefined {
  return resource.node.scopes.map(readerOf).find(reader => reader !== undefined);
}

function readerProblems(
  { name, readsFields, since, accepts }: DeclaredReader,
  queues: readonly string[],
  { book, delivered, uncertain }: Looking,
): readonly RuleProblem[] {
  if (!readsFields)
    return [wholeProblem(`${name} does not say which fields it reads: give its definition readsFields`)];
  const reader = { name, readsFields, ...(since && { since }) };
  const unnamed = accepts?.filter(type => !(type in readsFields)) ?? [];
  const fed = queues.filter(queue => delivered.has(queue));
  const types = new Set(fed.flatMap(queue => [...(delivered.get(queue) ?? [])]));
  return [
    ...checkReads(reader, book.catalog),
    ...unnamed.map(type => wholeProblem(`${type} is accepted by ${name}, whose readsFields do not name it`)),
    ...(accepts || fed.length === 0 || fed.some(queue => uncertain.has(queue))
      ? []
      : checkDelivery(reader, [...types])),
  ];
}

function wholeProblem(reason: string): RuleProblem {
  return { kind: 'reads', field: '', text: reason };
}

/** The queues that feed a function. */
function queuesOf(
  { logicalId, resource }: RenderedResource,
  mappings: readonly RenderedResource[],
  names: PhysicalNames,
): readonly string[] {
  return mappings
    .filter(mapping => mapping.resource.stack === resource.stack && readsFor(mapping) === logicalId)
    .flatMap(mapping => names.nameIn(mapping.properties.EventSourceArn, mapping.resource) ?? []);
}

/** The logical id of the function that a mapping feeds. */
function readsFor({ properties }: RenderedResource): unknown {
  return member(properties.FunctionName, 'Ref') ?? [member(properties.FunctionName, 'Fn::GetAtt')].flat()[0];
}

/** A consumer of the bus that says nothing of what it reads would break unseen. */
function mappingProblems(
  mapping: RenderedResource,
  functions: readonly RenderedResource[],
  { names, delivered }: Looking,
): readonly RuleProblem[] {
  const queue = names.nameIn(mapping.properties.EventSourceArn, mapping.resource);
  if (queue === undefined || !delivered.has(queue)) return [];
  const consumer = functions.find(
    each => each.resource.stack === mapping.resource.stack && each.logicalId === readsFor(mapping),
  );
  if (!consumer || declaredReader(consumer.resource)) return [];
  const name = text(consumer.properties.FunctionName) ?? consumer.logicalId;
  return [
    wholeProblem(
      `${name} takes events from queue '${queue}', and does not say which fields it reads: see declareReader`,
    ),
  ];
}
