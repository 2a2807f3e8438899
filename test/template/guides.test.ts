import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTING_NAMES } from '../../lib/config.ts';
import { at, resourcesOfType, synthesize } from './synthesis.ts';

const guide = (name: string) => readFileSync(join(import.meta.dirname, '../../docs/guides', name), 'utf8');

/** The JSON blocks of a guide that are JSON: an input template, with its bare placeholders, is none. */
function jsonBlocks(text: string): readonly unknown[] {
  return Array.from(text.matchAll(/```json\n(.*?)```/gs), match => match[1] ?? '')
    .filter(block => !/:<[\w-]+>/.test(block))
    .map(block => JSON.parse(block));
}

describe('docs/guides/deploy.md', () => {
  it.each(SETTING_NAMES)('explains the setting %s', name => {
    expect(guide('deploy.md')).toContain(`\`${name}\``);
  });
});

describe('docs/guides/event-rules.md', () => {
  const text = guide('event-rules.md');
  const { routing } = synthesize();
  const rules = resourcesOfType(routing, 'AWS::Events::Rule').map(([, { Properties }]) => Properties);

  it.each(rules.map(rule => [String(at(rule, 'Name')), rule]))('shows rule %s as it is deployed', (_, rule) => {
    expect(jsonBlocks(text)).toContainEqual(at(rule, 'EventPattern'));
  });

  it('shows the archive as it is deployed', () => {
    const [archive] = resourcesOfType(routing, 'AWS::Events::Archive');
    expect(jsonBlocks(text)).toContainEqual(at(archive, 1, 'Properties', 'EventPattern'));
  });

  it('shows the input template as it is deployed', () => {
    const template = rules
      .map(rule => at(rule, 'Targets', 0, 'InputTransformer', 'InputTemplate'))
      .find(each => String(each).includes('large'));
    expect(text).toContain(String(template));
  });
});
