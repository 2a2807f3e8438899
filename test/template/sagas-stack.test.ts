import { describe, expect, it } from 'vitest';
import { at, propertiesOf, resourcesOfType, synthesize } from './synthesis.ts';

const { sagas } = synthesize();
const machine = propertiesOf(sagas, 'AWS::StepFunctions::StateMachine', [
  'StateMachineName',
  'millrace-dev-trip-booking',
]);

describe('SagasStack', () => {
  it('runs the booking as a Standard workflow, every event logged, traced', () => {
    expect(machine).toMatchObject({
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
  });

  it.each([
    ['SagaStarter', ['s3:GetObject']],
    ['TripProjector', ['s3:GetObject', 's3:PutObject']],
  ])('lets %s fetch claim checks, and write nothing but quarantined events', (id, wanted) => {
    const policy = resourcesOfType(sagas, 'AWS::IAM::Policy').find(([name]) => name.startsWith(`${id}Role`));
    const statements = [at(policy, 1, 'Properties', 'PolicyDocument', 'Statement')].flat();
    const onObjects = statements.filter(each => String(at(each, 'Action')).startsWith('s3:'));
    expect(onObjects.map(each => at(each, 'Action')).sort()).toEqual(wanted);
    for (const each of onObjects) {
      const prefix = at(each, 'Action') === 's3:GetObject' ? '/claim-check/*' : '/quarantine/*';
      expect(JSON.stringify(at(each, 'Resource'))).toContain(prefix);
    }
  });

  it('fills every placeholder of the definition, and has no value to spare', () => {
    const definition = String(at(machine, 'DefinitionString'));
    const placeholders = new Set(Array.from(definition.matchAll(/\$\{(\w+)\}/g), match => match[1]));
    expect([...placeholders].sort()).toEqual(Object.keys(Object(at(machine, 'DefinitionSubstitutions'))).sort());
  });

  it('lets the workflow call its three services, record outcomes and raise the alarm, and no more', () => {
    const policy = resourcesOfType(sagas, 'AWS::IAM::Policy').find(([id]) =>
      id.startsWith('TripBookingStateMachineRole'),
    );
    const statements = [at(policy, 1, 'Properties', 'PolicyDocument', 'Statement')].flat();
    const limited = statements.filter(statement => at(statement, 'Resource') !== '*');
    const resources = (action: string) =>
      limited
        .filter(statement => [at(statement, 'Action')].flat().includes(action))
        .flatMap(statement => at(statement, 'Resource'));
    expect(limited.flatMap(statement => at(statement, 'Action')).sort()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'events:PutEvents',
      'lambda:InvokeFunction',
    ]);
    expect(resources('lambda:InvokeFunction')).toHaveLength(3);
    for (const action of ['dynamodb:GetItem', 'dynamodb:PutItem']) {
      expect(resources(action)).toEqual([{ 'Fn::GetAtt': [expect.stringMatching(/^TripEvents/), 'Arn'] }]);
    }
  });

  it.each([
    ['trip-events', ['tripId', 'version']],
    ['trips', ['tripId']],
    ['inventory', ['itemId', 'entry']],
    ['payments', ['tripId']],
    ['notifications', ['notificationId']],
  ])('table %s has the key %j', (name, key) => {
    const table = propertiesOf(sagas, 'AWS::DynamoDB::Table', ['TableName', `millrace-dev-${name}`]);
    expect([at(table, 'KeySchema')].flat().map(part => at(part, 'AttributeName'))).toEqual(key);
    expect(at(table, 'StreamSpecification', 'StreamViewType')).toBe(name === 'trip-events' ? 'NEW_IMAGE' : undefined);
  });

  it.each([
    ['Inventory', 'INVENTORY_TABLE', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']],
    ['Payment', 'PAYMENTS_TABLE', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']],
    ['Notification', 'NOTIFICATIONS_TABLE', ['dynamodb:PutItem']],
  ])('service %s knows its own table only', (id, variable, actions) => {
    const properties = propertiesOf(sagas, 'AWS::Lambda::Function', [
      'FunctionName',
      `millrace-dev-${id.toLowerCase()}`,
    ]);
    const variables = Object(at(properties, 'Environment', 'Variables'));
    expect(Object.keys(variables).filter(name => name.endsWith('_TABLE'))).toEqual([variable]);
    const policy = resourcesOfType(sagas, 'AWS::IAM::Policy').find(([name]) => name.startsWith(`${id}Role`));
    const statements = [at(policy, 1, 'Properties', 'PolicyDocument', 'Statement')].flat();
    const granted = statements
      .flatMap(statement => at(statement, 'Action'))
      .filter(action => String(action).startsWith('dynamodb:'));
    expect(granted.sort()).toEqual(actions);
  });

  it('takes bookings and answers for trips', () => {
    const routes = resourcesOfType(sagas, 'AWS::ApiGatewayV2::Route').map(([, route]) =>
      at(route, 'Properties', 'RouteKey'),
    );
    expect(routes.sort()).toEqual(['GET /trips/{id}', 'POST /trips']);
  });
});
