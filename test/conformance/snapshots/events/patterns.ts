import { accountEntry, accountPattern } from './account-event.ts';
import type { EventsStage } from './events-stage.ts';
import { largeEvent } from './large-event.ts';
import { delivered } from './queue-rule.ts';
import { type RecordedTest, recordedTests } from './recorded-test.ts';

const EVENT = {
  id: '1',
  source: 'order',
  'detail-type': 'Test',
  account: '123456789012',
  region: 'us-east-2',
  time: '2022-07-13T13:48:01Z',
};

/** Event patterns, tested by themselves and in rules. */
export const patternsHarness = recordedTests('events/test_events_patterns', {
  tests: {
    test_event_pattern_source: async stage => ({
      'eventbridge-test-event-pattern-response': await tested(stage, EVENT, { source: ['order'] }),
      'eventbridge-test-event-pattern-response-no-match': await tested(stage, EVENT, { source: ['shipment'] }),
    }),

    test_invalid_json_event_pattern: async (stage, pattern) => ({
      'invalid-pattern': await stage.refusal('TestEventPattern', {
        Event: JSON.stringify({ ...EVENT, detail: { test: 'test' } }),
        EventPattern: pattern,
      }),
    }),

    test_invalid_event_payload: async stage => ({
      'plain-string-payload-exc': await stage.refusal('TestEventPattern', {
        Event: 'plain string',
        EventPattern: JSON.stringify({ source: ['order'] }),
      }),
    }),

    test_event_with_large_and_complex_payload: async stage => ({
      'complex-event-simple-pattern': await tested(stage, largeEvent(), {
        'detail-type': ['cmd.documents.generate'],
      }),
      'complex-event-complex-pattern': await tested(stage, largeEvent(), {
        detail: { 'payload.nested.another-level.deep': { 'inside-list': [{ prefix: 'q-test' }] } },
      }),
    }),

    test_put_events_with_rule_pattern_anything_but: matched('rule-anything-but', {
      condition: { command: [{ 'anything-but': ['no-message'] }] },
      details: [
        { command: 'display-message', payload: 'baz' },
        { command: null, payload: 'baz' },
        { command: 'no-message', payload: 'baz' },
      ],
    }),

    test_put_events_with_rule_pattern_exists_true: matched('rule-exists-true', {
      condition: { key: [{ exists: true }] },
      details: [
        { key: 'value', payload: 'baz' },
        { 'no-key': 'no-value', payload: 'baz' },
      ],
    }),

    test_put_events_with_rule_pattern_exists_false: matched('rule-exists-false', {
      condition: { key: [{ exists: false }] },
      details: [
        { key: 'value', payload: 'baz' },
        { 'no-key': 'no-value', payload: 'baz' },
      ],
    }),

    test_put_event_with_content_base_rule_in_pattern: async stage => {
      const entry = { ...accountEntry(MANY_CONDITIONS_DETAIL), DetailType: 'core.app.backend' };
      const options = { pattern: JSON.stringify(MANY_CONDITIONS), target: { InputPath: '$.detail' } };
      return { messages: await delivered(stage, [entry], options) };
    },
  },
  outOfScope: {
    test_event_pattern: 'the pattern and event are files of the public test; the corpus event-patterns judges them',
  },
});

interface Matching {
  readonly condition: Readonly<Record<string, unknown>>;
  /** Of events that match and of some that do not. */
  readonly details: readonly Readonly<Record<string, unknown>>[];
}

function matched(step: string, { condition, details }: Matching): RecordedTest {
  return async stage => {
    const entries = details.map(accountEntry);
    return { [step]: await delivered(stage, entries, { pattern: accountPattern(condition) }) };
  };
}

function tested(stage: EventsStage, event: object, pattern: object): Promise<object> {
  return stage.answer('TestEventPattern', { Event: JSON.stringify(event), EventPattern: JSON.stringify(pattern) });
}

/** One condition of each kind. */
const MANY_CONDITIONS = {
  source: [{ exists: true }],
  'detail-type': [{ prefix: 'core.app' }],
  detail: {
    description: ['this-is-event-details'],
    amount: [200],
    salary: [2000, 4000],
    env: ['dev', 'prod'],
    user: ['user1', 'user2', 'user3'],
    admins: ['skyli', { prefix: 'hey' }, { prefix: 'ad' }],
    test1: [{ 'anything-but': 200 }],
    test2: [{ 'anything-but': 'test2' }],
    test3: [{ 'anything-but': ['test3', 'test33'] }],
    test4: [{ 'anything-but': { prefix: 'test4' } }],
    ip: [{ cidr: '10.102.1.0/24' }],
    'num-test1': [{ numeric: ['<', 200] }],
    'num-test2': [{ numeric: ['<=', 200] }],
    'num-test3': [{ numeric: ['>', 200] }],
    'num-test4': [{ numeric: ['>=', 200] }],
    'num-test5': [{ numeric: ['>=', 200, '<=', 500] }],
    'num-test6': [{ numeric: ['>', 200, '<', 500] }],
    'num-test7': [{ numeric: ['>=', 200, '<', 500] }],
  },
};

/** Meets every condition. */
const MANY_CONDITIONS_DETAIL = {
  description: 'this-is-event-details',
  amount: 200,
  salary: 2000,
  env: 'prod',
  user: 'user3',
  admins: 'admin',
  test1: 300,
  test2: 'test22',
  test3: 'test333',
  test4: 'this test4',
  ip: '10.102.1.100',
  'num-test1': 100,
  'num-test2': 200,
  'num-test3': 300,
  'num-test4': 200,
  'num-test5': 500,
  'num-test6': 300,
  'num-test7': 300,
};
