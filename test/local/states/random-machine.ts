import fc from 'fast-check';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { FUNCTION } from './state-machine-fixture.ts';

/** One step of a random workflow; what is inside it are workflows again. */
export type WorkStep =
  | { readonly kind: 'pass' | 'choice' | 'put' | 'ask' | 'nested' }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'call'; readonly failures: number; readonly isCaught: boolean }
  | { readonly kind: 'parallel'; readonly branches: readonly Workflow[] }
  | {
      readonly kind: 'map';
      readonly mode: 'INLINE' | 'DISTRIBUTED';
      readonly concurrency: number;
      readonly each: Workflow;
    };

export type Workflow = readonly WorkStep[];
export type Language = 'JSONPath' | 'JSONata';

const simple: fc.Arbitrary<WorkStep> = fc.oneof(
  fc.record({ kind: fc.constantFrom('pass', 'choice', 'put', 'put', 'ask', 'nested') }),
  fc.record({ kind: fc.constant('wait'), seconds: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('call'), failures: fc.integer({ min: 0, max: 2 }), isCaught: fc.boolean() }),
);

const sequence = (step: fc.Arbitrary<WorkStep>) => fc.array(step, { minLength: 1, maxLength: 3 });
const parallelOf = (inner: fc.Arbitrary<Workflow>): fc.Arbitrary<WorkStep> =>
  fc.record({ kind: fc.constant('parallel'), branches: fc.array(inner, { minLength: 1, maxLength: 3 }) });
const iterated = sequence(fc.oneof({ weight: 4, arbitrary: simple }, parallelOf(sequence(simple))));
const mapped: fc.Arbitrary<WorkStep> = fc.record({
  kind: fc.constant('map'),
  mode: fc.constantFrom('INLINE', 'DISTRIBUTED'),
  concurrency: fc.integer({ min: 1, max: 3 }),
  each: iterated,
});
const inner = sequence(fc.oneof({ weight: 4, arbitrary: simple }, mapped, parallelOf(sequence(simple))));

/** Workflows that end well, sooner or later, whatever is lost on the way. */
export const workflow: fc.Arbitrary<Workflow> = fc.array(
  fc.oneof({ weight: 2, arbitrary: simple }, { weight: 2, arbitrary: parallelOf(inner) }, mapped),
  { minLength: 1, maxLength: 4 },
);

/** The machine that `nested` steps start. */
export const NESTED = {
  StartAt: 'Rest',
  States: {
    Rest: { Type: 'Wait', Seconds: 2, Next: 'Put' },
    Put: {
      Type: 'Task',
      Resource: 'arn:aws:states:::dynamodb:putItem',
      Parameters: { TableName: 't', Item: { id: { 'S.$': "States.Format('nested {}', $.name)" } } },
      ResultPath: '$.put',
      OutputPath: '$.name',
      End: true,
    },
  },
};
const NESTED_ARN = 'arn:aws:states:eu-west-1:000000000000:stateMachine:nested';

/** A workflow as a machine; its states' names tell their kinds and where they stand. */
export function machineOf(work: Workflow, language: Language): JsonObject {
  return { QueryLanguage: language, ...graphOf(work, { language, place: '', isIterated: false }) };
}

interface Place {
  readonly language: Language;
  readonly place: string;
  /** Inside a Map: what is done there is told apart by the item. */
  readonly isIterated: boolean;
}

function graphOf(work: Workflow, where: Place): JsonObject {
  const nameOf = (index: number) => `${work[index]?.kind}${where.place}.${index}`;
  const states = work.flatMap((step, index) => {
    const next = index + 1 < work.length ? { Next: nameOf(index + 1) } : { End: true };
    const site = { name: nameOf(index), next, where: { ...where, place: `${where.place}.${index}` } };
    const state = [site.name, stateOf(step, site)] as const;
    return step.kind === 'choice' ? [state, detour(site)] : [state];
  });
  return { StartAt: nameOf(0), States: Object.fromEntries(states) };
}

interface Site {
  readonly name: string;
  readonly next: JsonObject;
  readonly where: Place;
}

function stateOf(step: WorkStep, site: Site): JsonObject {
  const { name, next, where } = site;
  switch (step.kind) {
    case 'pass':
      return where.language === 'JSONata'
        ? { Type: 'Pass', Assign: { seen: `{% $append($exists($seen) ? $seen : [], '${name}') %}` }, ...next }
        : { Type: 'Pass', Assign: { seen: name }, ...next };
    case 'wait':
      return { Type: 'Wait', Seconds: step.seconds, ...next };
    case 'choice':
      return choice(site);
    case 'put':
      return task(site, 'dynamodb:putItem', { TableName: 't', Item: { id: { S: unique(site) } } });
    case 'ask':
      return task(site, 'sqs:sendMessage.waitForTaskToken', { QueueUrl: QUEUE, MessageBody: { token: TOKEN } });
    case 'nested':
      return task(site, 'states:startExecution.sync:2', {
        StateMachineArn: NESTED_ARN,
        Input: { name: unique(site) },
      });
    case 'call':
      return call(step, site);
    case 'parallel': {
      const Branches = step.branches.map((branch, i) => graphOf(branch, { ...where, place: `${where.place}.b${i}` }));
      return {
        Type: 'Parallel',
        Branches,
        ...(where.language === 'JSONPath' ? { ResultPath: '$.both' } : {}),
        ...next,
      };
    }
    case 'map': {
      const ProcessorConfig = { Mode: step.mode, ...(step.mode === 'INLINE' ? {} : { ExecutionType: 'STANDARD' }) };
      const each = graphOf(step.each, { ...where, place: `${where.place}.e`, isIterated: true });
      const items = where.language === 'JSONata' ? { Items: [1, 2, 3] } : { ItemsPath: '$.items', ResultPath: '$.all' };
      const selector = { ItemSelector: { n: { context: 'Map.Item.Value' }, items: [1, 2, 3] } };
      return {
        Type: 'Map',
        ...items,
        ...fields(where.language, selector),
        MaxConcurrency: step.concurrency,
        ItemProcessor: { ProcessorConfig, ...each },
        ...next,
      };
    }
  }
}

const QUEUE = 'http://127.0.0.1:0/000000000000/approvals';
/** Stands for a reference to the context object; `fields` puts in what the language wants. */
const TOKEN = { context: 'Task.Token' };

/** What tells this piece of work from all others of the machine. */
function unique({ name, where }: Site): unknown {
  return where.isIterated ? { unique: name } : name;
}

function task(site: Site, resource: string, given: JsonObject): JsonObject {
  const { language } = site.where;
  const shape = language === 'JSONata' ? { Arguments: given } : { Parameters: given, ResultPath: null };
  return {
    Type: 'Task',
    Resource: `arn:aws:states:::${resource}`,
    ...fields(language, shape),
    ...output(site),
    ...site.next,
  };
}

function call(
  { failures, isCaught }: { readonly failures: number; readonly isCaught: boolean },
  site: Site,
): JsonObject {
  const { name, where, next } = site;
  const given = { name, failures: isCaught ? 9 : failures, attempt: { context: 'State.RetryCount' } };
  const shape = where.language === 'JSONata' ? { Arguments: given } : { Parameters: given, ResultPath: null };
  const target = typeof next.Next === 'string' ? next.Next : undefined;
  const kept = where.language === 'JSONata' ? {} : { ResultPath: '$.caught' };
  const Catch = target === undefined ? {} : { Catch: [{ ErrorEquals: ['Busy'], ...kept, Next: target }] };
  const isHopeless = isCaught && target !== undefined;
  return {
    Type: 'Task',
    Resource: FUNCTION,
    ...fields(where.language, isHopeless ? shape : withFailures(shape, failures)),
    Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 3, MaxAttempts: isHopeless ? 1 : 2, BackoffRate: 1.5 }],
    ...(isHopeless ? Catch : {}),
    ...output(site),
    ...next,
  };
}

function withFailures(shape: JsonObject, failures: number): JsonObject {
  return Object.fromEntries(
    Object.entries(shape).map(([field, value]) => [
      field,
      typeof value === 'object' && value !== null ? { ...value, failures } : value,
    ]),
  );
}

function output({ name, where }: Site): JsonObject {
  return where.language === 'JSONata' ? { Output: { after: name, input: '{% $states.input %}' } } : {};
}

function choice({ name, where }: Site): JsonObject {
  const Next = `${name}-detour`;
  const Choices =
    where.language === 'JSONata'
      ? [{ Condition: '{% true %}', Next }]
      : [{ Variable: '$$.State.Name', StringEquals: name, Next }];
  return { Type: 'Choice', Choices };
}

/** Where a `choice` goes, and comes back from. */
function detour({ name, next, where }: Site): readonly [string, JsonObject] {
  const shape =
    where.language === 'JSONata'
      ? { Output: { detour: '{% $states.input %}' } }
      : { Result: name, ResultPath: '$.detour' };
  return [`${name}-detour`, { Type: 'Pass', ...shape, ...next }];
}

/** Puts the language's way to refer to the context into the values of fields. */
function fields(language: Language, value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => [filled(language, name, member)]));
}

function filled(language: Language, name: string, member: unknown): readonly [string, unknown] {
  if (typeof member !== 'object' || member === null || Array.isArray(member)) return [name, member];
  if ('context' in member) {
    return language === 'JSONata'
      ? [name, `{% $states.context.${member.context} %}`]
      : [`${name}.$`, `$$.${member.context}`];
  }
  if ('unique' in member) {
    return language === 'JSONata'
      ? [name, `{% '${member.unique} ' & $string($states.context.Map.Item.Value) %}`]
      : [`${name}.$`, `States.Format('${member.unique} {}', $$.Map.Item.Value)`];
  }
  return [name, fields(language, member as JsonObject)];
}
