/** Writes docs/supported-aws.md from the code, so that the page can not drift: `npm run docs`. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Cloud } from '../cloud/cloud.ts';
import { seededIds } from '../cloud/ids.ts';
import { registerServices } from '../services/roster.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { conformanceSection } from './conformance-section.ts';
import { describeSupport, type TypeSupport } from './support.ts';

export const SUPPORTED_AWS_PAGE = path.resolve(import.meta.dirname, '../../docs/supported-aws.md');

const INTRODUCTION = `# What the embedded cloud supports

Generated from the code by \`npm run docs\`; a test fails when it is not current. A template that uses a type, a property
or an intrinsic function that is not on this page stops the start, with logical id and property path.`;

/** @returns the whole page */
export async function supportedAwsPage(): Promise<string> {
  const support = describeSupport();
  return `${[
    INTRODUCTION,
    '## API operations',
    'Over the real wire protocols; any SDK or the AWS CLI with `AWS_ENDPOINT_URL` set to the printed address.',
    await operationsTable(),
    '## Conformance',
    await conformanceSection(),
    '## CloudFormation resource types',
    'Properties _in italics_ are accepted and change nothing here (encryption at rest, tags).',
    ...support.types.map(typeEntry),
    '## Intrinsic functions',
    support.intrinsics.map(name => `\`${name}\``).join(', '),
  ].join('\n\n')}\n`;
}

async function operationsTable(): Promise<string> {
  const cloud = new Cloud({
    region: 'eu-west-1',
    accountId: '000000000000',
    clock: new VirtualClock(),
    ids: seededIds(1),
  });
  registerServices(cloud);
  const rows = [...cloud.services]
    .filter(({ operations }) => Object.keys(operations).length > 0)
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ name, operations }) => `| ${name} | ${Object.keys(operations).sort().join(', ')} |`);
  await cloud.close();
  return ['| service | operations |', '|---|---|', ...rows].join('\n');
}

function typeEntry({ type, properties, inert }: TypeSupport): string {
  const isInert = (property: string) => inert.some(path => property === path || property.startsWith(`${path}.`));
  const listed = properties.map(property => (isInert(property) ? `_${property}_` : property));
  return `**${type}**: ${listed.join(', ') || 'no properties'}`;
}

if (import.meta.main) await writeFile(SUPPORTED_AWS_PAGE, await supportedAwsPage());
