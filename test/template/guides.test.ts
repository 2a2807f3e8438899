import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

describe('docs/guides/add-a-domain.md', () => {
  const PATH = /`((?:domains|lambdas|lib)\/[\w/.-]+\.ts)`/g;
  /** Each block of code, and the file that is named last before it. */
  const blocks = guide('add-a-domain.md')
    .split('```ts\n')
    .slice(1)
    .map((rest, index, all) => {
      const before =
        index === 0 ? guide('add-a-domain.md').split('```ts\n')[0] : all[index - 1]?.split('```').slice(1).join('```');
      const path = Array.from(before?.matchAll(PATH) ?? [], match => match[1]).at(-1) ?? '';
      return { path, code: rest.split('```')[0] ?? '' };
    });
  const root = join(import.meta.dirname, '../..');

  it('shows every file that a domain needs', () => {
    expect(blocks.map(({ path }) => path)).toEqual([
      'domains/rides/events/ride-event.ts',
      'domains/ingest-contracts.ts',
      'domains/rides/processors/driver-record-processor.ts',
      'domains/event-flow.ts',
      'lambdas/driver-record/handler.ts',
      'lambdas/driver-query/handler.ts',
      'lib/stacks/rides-stack.ts',
      'lib/stacks/millrace-stacks.ts',
    ]);
  });

  it.each(blocks)('imports in $path what is there', ({ path, code }) => {
    for (const [, names = '', target = ''] of code.matchAll(/import (?:type )?\{([^}]*)\} from '(\.[^']*)'/g)) {
      const file = join(dirname(path), target);
      if (/(rides|ride)[/-]/.test(file)) continue; // made by the guide itself
      const exported = readFileSync(join(root, file), 'utf8');
      for (const name of names
        .split(',')
        .map(each => each.replace('type ', '').trim())
        .filter(Boolean)) {
        expect(exported, `${file} exports ${name}`).toMatch(
          new RegExp(`^export [^;]*\\b${name}\\b|^  (?:type )?${name},`, 'm'),
        );
      }
    }
  });
});
