import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { SUPPORTED_AWS_PAGE, supportedAwsPage } from '../../../local/template/supported-aws.ts';

test('docs/supported-aws.md says what the code supports (npm run docs writes it)', async () => {
  expect(await readFile(SUPPORTED_AWS_PAGE, 'utf8')).toBe(await supportedAwsPage());
});
