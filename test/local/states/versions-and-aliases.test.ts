import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { stepfunctionsStateMachineAlias } from '../../../local/resources/stepfunctions-state-machine-alias.ts';
import { stepfunctionsStateMachineVersion } from '../../../local/resources/stepfunctions-state-machine-version.ts';
import { StateMachineFixture } from './state-machine-fixture.ts';

const saying = (word: string) => ({ StartAt: 'Say', States: { Say: { Type: 'Pass', Result: word, End: true } } });

/** A machine whose versions 1 and 2 say `one` and `two`, and which itself says `three`. */
async function published() {
  const fixture = new StateMachineFixture();
  const stateMachineArn = await fixture.create(saying('one'), { publish: true });
  const update = (word: string, more: JsonObject = {}) =>
    fixture.states('UpdateStateMachine', { stateMachineArn, definition: JSON.stringify(saying(word)), ...more });
  await update('two', { publish: true, versionDescription: 'the second' });
  await update('three');
  const said = async (arn: string) => (await fixture.finish(await fixture.start(arn))).output;
  const alias = (...weights: readonly number[]) =>
    fixture.states('CreateStateMachineAlias', {
      name: 'live',
      routingConfiguration: weights.map((weight, i) => ({
        stateMachineVersionArn: `${stateMachineArn}:${i + 1}`,
        weight,
      })),
    });
  return { fixture, stateMachineArn, said, alias };
}

describe('State machine versions', () => {
  it('stay as they were published', async () => {
    const { stateMachineArn, said, fixture } = await published();
    expect(await said(`${stateMachineArn}:1`)).toBe('one');
    expect(await said(`${stateMachineArn}:2`)).toBe('two');
    expect(await said(stateMachineArn)).toBe('three');
    const described = await fixture.states('DescribeStateMachine', { stateMachineArn: `${stateMachineArn}:2` });
    expect(described).toMatchObject({ stateMachineArn: `${stateMachineArn}:2`, description: 'the second' });
  });

  it('are published once per revision, and never get an old number again', async () => {
    const { fixture, stateMachineArn } = await published();
    const publish = () => fixture.states('PublishStateMachineVersion', { stateMachineArn });
    const first = await publish();
    expect(first.stateMachineVersionArn).toBe(`${stateMachineArn}:3`);
    expect(await publish()).toEqual(first);
    await fixture.states('DeleteStateMachineVersion', first);
    expect((await publish()).stateMachineVersionArn).toBe(`${stateMachineArn}:4`);
    const { stateMachineVersions } = await fixture.states('ListStateMachineVersions', { stateMachineArn });
    expect(
      (stateMachineVersions as JsonObject[]).map(version => String(version.stateMachineVersionArn).at(-1)),
    ).toEqual(['4', '2', '1']);
  });

  it('are not published of a revision that is no longer current', async () => {
    const { fixture, stateMachineArn } = await published();
    const request = { stateMachineArn, revisionId: 'INITIAL' };
    await expect(fixture.states('PublishStateMachineVersion', request)).rejects.toMatchObject({
      code: 'ConflictException',
    });
  });
});

describe('State machine aliases', () => {
  it('send executions to their versions by weight, and each execution knows which', async () => {
    const { fixture, stateMachineArn, alias, said } = await published();
    const { stateMachineAliasArn } = await alias(25, 75);
    const words = [];
    for (let i = 0; i < 200; i++) words.push(await said(String(stateMachineAliasArn)));
    const ones = words.filter(word => word === 'one').length;
    expect(ones).toBeGreaterThan(30);
    expect(ones).toBeLessThan(70);
    expect(words.filter(word => word === 'two').length).toBe(200 - ones);
    const { executions } = await fixture.states('ListExecutions', {
      stateMachineArn: stateMachineAliasArn,
      maxResults: 1000,
    });
    expect(executions).toHaveLength(200);
    expect((executions as JsonObject[])[0]).toMatchObject({
      stateMachineArn,
      stateMachineAliasArn,
      stateMachineVersionArn: expect.stringMatching(/:[12]$/),
    });
  });

  it('are moved, listed and deleted; a version in use stays', async () => {
    const { fixture, stateMachineArn, alias, said } = await published();
    const { stateMachineAliasArn } = await alias(100);
    const version = { stateMachineVersionArn: `${stateMachineArn}:1` };
    await expect(fixture.states('DeleteStateMachineVersion', version)).rejects.toMatchObject({
      code: 'ConflictException',
    });
    const routingConfiguration = [{ stateMachineVersionArn: `${stateMachineArn}:2`, weight: 100 }];
    await fixture.states('UpdateStateMachineAlias', { stateMachineAliasArn, routingConfiguration });
    expect(await said(String(stateMachineAliasArn))).toBe('two');
    await fixture.states('DeleteStateMachineVersion', version);
    expect(await fixture.states('DescribeStateMachineAlias', { stateMachineAliasArn })).toMatchObject({
      name: 'live',
      routingConfiguration,
    });
    expect(await fixture.states('ListStateMachineAliases', { stateMachineArn })).toMatchObject({
      stateMachineAliases: [{ stateMachineAliasArn }],
    });
    await fixture.states('DeleteStateMachineAlias', { stateMachineAliasArn });
    await expect(fixture.start(String(stateMachineAliasArn))).rejects.toMatchObject({
      code: 'StateMachineDoesNotExist',
    });
  });

  it.each([
    ['weights that are not 100 together', [50, 40], 'ValidationException'],
    ['no route', [], 'ValidationException'],
    ['more than two routes', [20, 20, 60], 'ValidationException'],
  ])('are refused with %s', async (_what, weights, code) => {
    const { alias } = await published();
    await expect(alias(...weights)).rejects.toMatchObject({ code });
  });

  it('are refused under a name that leads elsewhere', async () => {
    const { alias } = await published();
    await alias(100);
    expect(await alias(100)).toBeDefined();
    await expect(alias(10, 90)).rejects.toMatchObject({ code: 'ConflictException' });
  });
});

describe('AWS::StepFunctions::StateMachineVersion and ::StateMachineAlias', () => {
  it('are made from a template and refer to their ARNs', async () => {
    const { fixture, stateMachineArn } = await published();
    const context = {
      cloud: fixture.cloud,
      stackName: 'stack',
      logicalId: 'Live',
      physicalName: () => 'stack-Live-1234',
      assetPath: () => 'nowhere',
    };
    const versionProperties = stepfunctionsStateMachineVersion.properties.parse({ StateMachineArn: stateMachineArn });
    const version = await stepfunctionsStateMachineVersion.create(versionProperties, context);
    expect(version.ref).toBe(`${stateMachineArn}:3`);
    const DeploymentPreference = { StateMachineVersionArn: version.ref, Type: 'CANARY', Percentage: 10, Interval: 5 };
    const aliasProperties = stepfunctionsStateMachineAlias.properties.parse({ DeploymentPreference });
    const alias = await stepfunctionsStateMachineAlias.create(aliasProperties, context);
    expect(alias).toEqual({
      ref: `${stateMachineArn}:stack-Live-1234`,
      attributes: { Arn: `${stateMachineArn}:stack-Live-1234` },
    });
    expect((await fixture.finish(await fixture.start(alias.ref))).output).toBe('three');
  });
});
