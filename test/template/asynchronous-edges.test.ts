import { describe, expect, it } from 'vitest';
import { asynchronousEdges } from './asynchronous-edges.ts';
import { at, resourcesOfType, synthesize, type Templates } from './synthesis.ts';

const templates = synthesize();

function withoutPlace(of: Templates): readonly string[] {
  return asynchronousEdges(of)
    .filter(({ deadLetters }) => deadLetters === undefined)
    .map(({ name }) => name);
}

describe('every asynchronous edge', () => {
  it('leaves what fails in a queue', () => {
    expect(withoutPlace(templates)).toEqual([]);
  });

  it('is found: streams, queues, rules, the schedule and its run', () => {
    const kinds = asynchronousEdges(templates).map(({ name }) => name.replace(/^.*?: | \w+$/g, ''));
    const count = (kind: string) => kinds.filter(each => each.startsWith(kind)).length;
    expect(count('stream to')).toBe(3);
    expect(count('queue to function')).toBe(4);
    expect(count('queue to whoever')).toBe(6);
    expect(count('delivery to')).toBe(7);
    expect(count('asynchronous run')).toBe(2);
  });

  it.each(asynchronousEdges(templates).map(({ name }, index) => [name, index] as const))(
    'is missed when its place is taken away: %s',
    (name, index) => {
      const damaged = structuredClone(templates);
      asynchronousEdges(damaged)[index]?.sever();
      expect(withoutPlace(damaged)).toContain(name);
    },
  );

  it('does not count a place that is no queue of the app', () => {
    const damaged = structuredClone(templates);
    const rules = resourcesOfType(damaged.routing, 'AWS::Events::Rule');
    for (const [, rule] of rules) {
      Object.assign(at(rule, 'Properties', 'Targets', 0, 'DeadLetterConfig') ?? {}, {
        Arn: 'arn:aws:sqs:x:1:elsewhere',
      });
    }
    expect(withoutPlace(damaged)).toEqual(
      expect.arrayContaining(rules.map(([id]) => `routing/${id}: delivery to target`)),
    );
  });

  it('is not judged where a resource type is unknown', () => {
    const damaged = structuredClone(templates);
    Object.assign(damaged.routing?.Resources ?? {}, { Pipe: { Type: 'AWS::Pipes::Pipe', Properties: {} } });
    expect(() => asynchronousEdges(damaged)).toThrow(
      'Cannot tell the asynchronous edges of routing/Pipe: AWS::Pipes::Pipe must be classified first',
    );
  });
});

describe('every dead-letter queue', () => {
  it('keeps messages for fourteen days', () => {
    const names = new Set(asynchronousEdges(templates).map(({ deadLetters }): unknown => deadLetters));
    const queues = Object.values(templates)
      .flatMap(template => resourcesOfType(template, 'AWS::SQS::Queue'))
      .filter(([, { Properties }]) => names.has(at(Properties, 'QueueName')));
    expect(queues).toHaveLength(names.size);
    for (const [, queue] of queues) expect(at(queue, 'Properties', 'MessageRetentionPeriod')).toBe(14 * 24 * 60 * 60);
  });

  it('has an alarm on its depth', () => {
    const alarmed = resourcesOfType(templates.operations, 'AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => at(Properties, 'MetricName') === 'ApproximateNumberOfMessagesVisible')
      .map(([, { Properties }]) => at(Properties, 'Dimensions', 0, 'Value'));
    const names = new Set(asynchronousEdges(templates).map(({ deadLetters }) => deadLetters));
    expect(alarmed.sort()).toEqual([...names].sort());
  });
});
